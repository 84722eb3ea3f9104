// Shows the API's specification in Swagger UI, light or dark as the reader's system is.

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);

followScheme();
dark.addEventListener("change", followScheme);

// What Swagger UI leaves unnamed, a screen reader would pass over.
function nameParts() {
  const regions = { ".information-container": "About this API", ".schemes-server-container": "Server and keys" };
  for (const [place, name] of Object.entries(regions)) {
    Object.assign(document.querySelector(place), { role: "region", ariaLabel: name });
  }
  document.querySelector("#servers").ariaLabel = "Server";
  for (const heading of document.querySelectorAll("h3.opblock-tag, .models h4")) heading.ariaLevel = "2";
}

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: false, // its links stand inside buttons, where a screen reader loses them
  defaultModelsExpandDepth: 0,
  onComplete: nameParts,
  validatorUrl: null, // the default sends the specification's address to another host
});
