export { hashKey } from '../../http/hash-key.ts';
export { createKey, type KeyDeps } from './create-key.ts';
export { keyRoutes } from './key-routes.ts';
export { mintKey } from './mint-key.ts';
