import { type Change, change, renameState, type State, setIn, state, workflow } from "./change.ts";

export const workflows: readonly Change[] = [
  change(
    "a state is renamed",
    "low",
    renameState("Reduce results", "Merge results"),
    /Reduce results.*renamed.*Merge results/,
  ),
  change(
    "a retry is removed",
    "low",
    workflow((m) => void state(m, "Map images").Retry?.splice(1)),
    /Map images.*no longer retries.*Lambda\.ServiceException/,
  ),
  change(
    "a retry's attempts are lowered",
    "low",
    workflow((m) => {
      const [, second] = state(m, "Map images").Retry ?? [];
      if (second) second["MaxAttempts"] = 1;
    }),
    /Map images.*1 times instead of 10/,
  ),
  change(
    "a catch is rewired",
    "low",
    workflow((m) => {
      const inner =
        m.States["Classify batches"]?.ItemProcessor?.States["Classify one by one"]?.ItemProcessor?.States[
          "Classify one image"
        ];
      const [first] = inner?.Catch ?? [];
      if (first) first["Next"] = "Image failed";
    }),
    /Classify one image.*Image failed.*instead of.*Image timed out/,
  ),
  change(
    "a catch is removed",
    "low",
    workflow((m) => void delete (state(m, "Wake classify") as State)["Catch"]),
    /Wake classify.*no longer catches.*States\.ALL/,
  ),
  change(
    "a state is added",
    "low",
    workflow((m) => {
      m.States["Wait a little"] = { Type: "Wait", Seconds: 5, Next: "Choose scale" };
      state(m, "Map images").Next = "Wait a little";
    }),
    /Wait a little.*is added/,
  ),
  change(
    "a state is removed",
    "low",
    workflow((m) => {
      delete m.States["Wake classify"];
      const [choice] = (state(m, "Choose scale")["Choices"] ?? []) as State[];
      if (choice) choice["Next"] = "Classify at scale";
    }),
    /Wake classify.*is removed/,
  ),
  change(
    "a transition is rewired",
    "low",
    setIn("Choose scale", "Default", "Wake classify"),
    /Choose scale.*Wake classify.*instead of.*Classify batches/,
  ),
  change(
    "a tolerated failure share",
    "low",
    setIn("Classify at scale", "ToleratedFailurePercentage", 5),
    /Classify at scale.*tolerated failures.*100 → 5/,
  ),
  change(
    "a workflow's comment",
    "low",
    workflow((m) => Object.assign(m, { Comment: `Another comment. ${m.Comment?.split(". ").at(-1)}` })),
    /comments only/,
  ),
  change(
    "a timeout below its function's",
    "high",
    setIn("Reduce results", "TimeoutSeconds", 30),
    /Reduce results.*waits 30 s.*reduce/,
  ),
  change(
    "a choice is inverted",
    "low",
    workflow((m) => {
      const [choice] = (state(m, "Choose scale")["Choices"] ?? []) as State[];
      if (choice) choice["IsPresent"] = false;
    }),
    /Choose scale.*goes to.*Wake classify.*when.*false/,
  ),
  change(
    "a workflow without a timeout",
    "low",
    workflow((m) => void delete m.TimeoutSeconds),
    /its timeout in seconds.*no longer set/,
  ),
];
