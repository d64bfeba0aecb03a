export { signalRoutes } from './signal-routes.ts';
export { signatureVerifier } from './signature-verifier.ts';
