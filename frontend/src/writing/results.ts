/** The parts of the page that show results. They are loaded with the first stroke, so that the first visit is small. */

import "./results.css";

export { AttemptResult } from "./AttemptResult";
