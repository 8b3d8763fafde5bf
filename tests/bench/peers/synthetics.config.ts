// Elastic Synthetics with the browser of this machine.

export default () => ({
  params: { shop: process.env.SHOP },
  playwrightOptions: {
    executablePath: process.env.BROWSER,
    args: ['--no-sandbox'],
    chromiumSandbox: false,
  },
});
