// Shows the API's specification in Swagger UI, light or dark as the reader's system is.

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);

followScheme();
dark.addEventListener("change", followScheme);

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: false, // its links stand inside buttons, where a screen reader loses them
  defaultModelsExpandDepth: 0,
  validatorUrl: null, // the default sends the specification's address to another host
});
