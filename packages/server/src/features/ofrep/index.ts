export { Ofrep } from './ofrep.ts';
