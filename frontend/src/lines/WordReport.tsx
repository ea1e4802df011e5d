import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Refusal } from "../api";
import { explain } from "../words";
import { type ReportedPart, reportWord } from "./api";
import { words } from "./words";

const PARTS: ReportedPart[] = ["reading", "meaning", "word", "other"];
/** Most characters of a report. */
const MAX_TEXT = 500;

/** Lets the learner tell the curators that something about a word is wrong. */
export function WordReport({ word }: { word: string }) {
  const state = useSignal<"closed" | "open" | "sent">("closed");
  const trouble = useSignal("");
  const form = useRef<HTMLFormElement>(null);
  // The button that had the focus is gone.
  useEffect(() => form.current?.querySelector("select")?.focus(), [state.value]);

  async function send(given: FormData): Promise<void> {
    trouble.value = "";
    try {
      await reportWord(word, given.get("about") as ReportedPart, String(given.get("text")));
      state.value = "sent";
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      trouble.value = explain(error);
    }
  }

  if (state.value === "sent") return <span role="status">{words.reported}</span>;
  if (state.value === "closed")
    return (
      <button type="button" class="button button-quiet" onClick={() => (state.value = "open")}>
        {words.report}
      </button>
    );
  return (
    <form
      ref={form}
      class="word-report"
      onSubmit={(event) => {
        event.preventDefault();
        send(new FormData(event.currentTarget));
      }}
    >
      <label>
        {words.reportAbout}
        <select name="about">
          {PARTS.map((part) => (
            <option key={part} value={part}>
              {words.reportParts[part]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.reportText}
        <textarea name="text" rows={3} maxLength={MAX_TEXT} required />
      </label>
      {trouble.value && <p role="alert">{trouble.value}</p>}
      <button type="submit" class="button">
        {words.reportSend}
      </button>
    </form>
  );
}
