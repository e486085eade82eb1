/** Everything the ahead-of-time module exports; handlers of instructions are added to it when it is linked. */
export * from './access';
export * from './run';
export * from './raise';
export * from './storage';
export * from './float/services';
export * from './vector/services';
export * from './regions';
export * from './float/vector/services';
