import { GuidancePicker } from "../guidance/GuidancePicker";
import { Failure } from "./Failure";
import { Goal } from "./Goal";
import {
  available,
  chooseSize,
  failure,
  isChosen,
  isStarting,
  listId,
  SIZES,
  type Size,
  size,
  start,
  today,
} from "./lesson";
import { words } from "./words";

/** Before a lesson: the number of characters to practise, and the choice of the lesson's size. */
export function Start({ listsUrl }: { listsUrl: string }) {
  if (failure.value)
    return (
      <section class="start">
        <h1>{words.title}</h1>
        <Failure />
      </section>
    );
  if (!today.value || isStarting.value) return <p class="start waiting">{words.loading}</p>;
  if (available.value === 0) return <NothingToPractise listsUrl={listsUrl} />;
  const all = available.value;
  const smaller = SIZES.filter((one) => one < all);
  const isAll = size.value === "all" || size.value >= all;
  return (
    <section class="start">
      <h1>{words.title}</h1>
      <p class="start-due">
        {isChosen()
          ? words.ofLesson(all, Boolean(listId()))
          : words.waiting(today.value.due, today.value.new)}
      </p>
      <Goal />
      <form
        class="start-form"
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        {smaller.length > 0 && (
          <fieldset class="scripts">
            <legend>{words.howMany}</legend>
            {smaller.map((one) => (
              <SizeChoice
                key={one}
                label={words.sizes(one)}
                value={one}
                isSelected={!isAll && size.value === one}
              />
            ))}
            <SizeChoice label={words.all(all)} value="all" isSelected={isAll} />
          </fieldset>
        )}
        <GuidancePicker />
        <button type="submit" class="main-button">
          {words.start}
        </button>
      </form>
    </section>
  );
}

function SizeChoice(props: { label: string; value: Size; isSelected: boolean }) {
  return (
    <label class="script-choice">
      <input
        type="radio"
        name="size"
        class="visually-hidden"
        checked={props.isSelected}
        onChange={() => chooseSize(props.value)}
      />
      <span class="chip">{props.label}</span>
    </label>
  );
}

/** Nothing is due, or the list is empty: offers other things to do. */
function NothingToPractise({ listsUrl }: { listsUrl: string }) {
  return (
    <section class="start nothing">
      <div class="squares squares-empty" aria-hidden="true">
        {[1, 2, 3, 4].map((blank) => (
          <span key={blank} class="square" />
        ))}
      </div>
      <h1>{listId() ? words.nothingOfList : words.nothing}</h1>
      <p class="quiet">{listId() ? words.nothingOfListText : words.nothingText}</p>
      <Goal />
      <div class="start-actions">
        <a class="button" href={listsUrl}>
          {listsUrl.includes("list") ? words.practiseList : words.practiseOther}
        </a>
        <a class="button" href="/">
          {words.writeFreely}
        </a>
      </div>
    </section>
  );
}
