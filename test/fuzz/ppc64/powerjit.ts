import type { ModeResults, OurTarget } from '../architecture.js';
export class PowerjitPower8 implements OurTarget {
  run(): ModeResults[] { throw new Error('not yet'); }
}
