export {
  createHttpClient,
  type FailureCause,
  type HttpClient,
  type OutboundAnswer,
  type OutboundRequest,
} from './http-client.ts';
export { redact, redactMessage } from './redact.ts';
