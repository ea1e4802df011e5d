export default {
  input: process.env.GOLDEN,
  output: { path: "hey", importFileExtension: ".js" }, // Node needs the extension
};
