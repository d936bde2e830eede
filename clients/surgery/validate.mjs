// Validates FHIR resources, one a line of standard input, against the definitions of R4: prints what is wrong, a line each.
import { readFileSync } from "node:fs";
import { Fhir } from "fhir";

const fhir = new Fhir();
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const { messages } = fhir.validate(JSON.parse(line), { errorOnUnexpected: true });
  const wrong = messages.filter(({ severity }) => severity === "error" || severity === "fatal");
  console.log(JSON.stringify(wrong.map(({ location, message }) => `${location}: ${message}`)));
}
