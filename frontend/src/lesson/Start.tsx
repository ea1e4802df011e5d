import { Failure } from "./Failure";
import { Goal } from "./Goal";
import { begin, failure, isBeginning, list, SIZES, size, today, toPractise } from "./lesson";
import { words } from "./words";

/** Before a lesson: what there is, and how much of it one wants. */
export function Start({ lists }: { lists: string }) {
  if (failure.value)
    return (
      <section class="start">
        <h1>{words.title}</h1>
        <Failure />
      </section>
    );
  if (!today.value || isBeginning.value) return <p class="start waiting">{words.looking}</p>;
  if (toPractise.value === 0) return <Nothing lists={lists} />;
  const all = toPractise.value;
  const smaller = SIZES.filter((one) => one < all);
  const isAll = size.value === "all" || size.value >= all;
  return (
    <section class="start">
      <h1>{words.title}</h1>
      <p class="start-due">{list() ? words.ofList(all) : words.waiting(today.value.due, today.value.new)}</p>
      <Goal />
      <form
        class="start-form"
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
      >
        {smaller.length > 0 && (
          <fieldset class="scripts">
            <legend>{words.howMany}</legend>
            {smaller.map((one) => (
              <Choice
                key={one}
                label={words.sizes(one)}
                value={one}
                isChosen={!isAll && size.value === one}
              />
            ))}
            <Choice label={words.all(all)} value="all" isChosen={isAll} />
          </fieldset>
        )}
        <button type="submit" class="main-button">
          {words.begin}
        </button>
      </form>
    </section>
  );
}

function Choice(props: { label: string; value: typeof size.value; isChosen: boolean }) {
  return (
    <label class="script-choice">
      <input
        type="radio"
        name="size"
        class="visually-hidden"
        checked={props.isChosen}
        onChange={() => {
          size.value = props.value;
        }}
      />
      <span class="chip">{props.label}</span>
    </label>
  );
}

/** A rest is part of it. */
function Nothing({ lists }: { lists: string }) {
  return (
    <section class="start nothing">
      <div class="squares squares-empty" aria-hidden="true">
        {[1, 2, 3, 4].map((blank) => (
          <span key={blank} class="square" />
        ))}
      </div>
      <h1>{list() ? words.nothingOfList : words.nothing}</h1>
      <p class="quiet">{list() ? words.nothingOfListText : words.nothingText}</p>
      <Goal />
      <div class="start-ways">
        <a class="button" href={lists}>
          {lists.includes("list") ? words.practiseList : words.practiseOther}
        </a>
        <a class="button" href="/">
          {words.writeFreely}
        </a>
      </div>
    </section>
  );
}
