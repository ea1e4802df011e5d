/** What the page shows of a result. It is loaded when the writer begins to write, so that the first visit is small. */

export { AttemptResult } from "./AttemptResult";
