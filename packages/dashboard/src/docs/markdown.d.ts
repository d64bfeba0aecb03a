/** A page of the documentation as text, bundled as a file of its own. */
declare module '*.md?raw' {
  const text: string;

  // biome-ignore lint/style/noDefaultExport: this is how a bundler gives text
  export default text;
}
