/** Any JSON value. Values of flags and attributes of contexts are JSON, never functions or dates. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
