export { GateKeeper } from './gate-keeper.ts';
