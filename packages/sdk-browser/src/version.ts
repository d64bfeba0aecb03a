/** What the SDK calls itself; a test holds it to package.json. */
export const SDK = { name: '@tidegate/sdk-browser', version: '0.1.0' };
