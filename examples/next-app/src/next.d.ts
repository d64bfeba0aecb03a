/** What the example uses of Next.js, which this repository does not install. */
declare module 'next/headers' {
  export function cookies(): Promise<{ get(name: string): { readonly value: string } | undefined }>;
}
