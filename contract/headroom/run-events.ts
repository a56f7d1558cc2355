/** Events of a Task: entered, scheduled, started, succeeded, exited. */
const taskEvents = 5;
/** Events of an iteration of an inline Map besides those of its Task: started, succeeded. */
const iterationEvents = 2;
/** The execution's start and end, the planning Task, the Choice, the Map's own four events, the merging Task. */
const inlineEvents = 2 + taskEvents + 2 + 4 + taskEvents;
/** The same with a Map Run, whose start and end are events too, and the Task that wakes the classifiers. */
const distributedEvents = inlineEvents + 2 + taskEvents;

/**
 * Events of the history of an execution in which no call is repeated.
 * @param batches of an inline Map; undefined for a Distributed Map, whose children have their own histories
 */
export function eventsOf(batches: number | undefined): number {
  return batches === undefined ? distributedEvents : inlineEvents + batches * (taskEvents + iterationEvents);
}
