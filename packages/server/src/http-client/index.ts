export { type BoundSecret, boundSecret, destinationOf, type EnvironmentSecrets } from './bound-secret.ts';
export {
  CERTIFICATE_CODES,
  createHttpClient,
  type FailureCause,
  type HttpClient,
  type OutboundAnswer,
  type OutboundRequest,
} from './http-client.ts';
export { type OpenSocket, socketOpener } from './open-socket.ts';
export { redact, redactMessage } from './redact.ts';
export { retryAfterOf } from './retry-after-of.ts';
export { signWebhook } from './sign-webhook.ts';
export { signingSecret } from './signing-secret.ts';
