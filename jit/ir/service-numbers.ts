import { SERVICES, type ServiceName } from '../abi/services.js';

const NAMES = Object.keys(SERVICES) as ServiceName[];
const NUMBERS = new Map(NAMES.map((name, n) => [name, n]));

/** Service by the number that `call` nodes carry. */
export const serviceByNumber = (n: number): ServiceName => NAMES[n]!;
/** The number that `call` nodes carry for a service. */
export const serviceNumber = (name: ServiceName): number => NUMBERS.get(name)!;
