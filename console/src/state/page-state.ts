import type { ExecutionListItem } from "@aws-sdk/client-sfn";
import { sampleKey } from "../../../contract/workflow.ts";
import { readReferences } from "../model/images/references.ts";
import { readDefinition } from "../model/workflow/definition.ts";
import { type Drawing, drawGraph } from "../model/workflow/layout.ts";
import { Aws } from "../service/aws.ts";
import { type Configuration, executionArn, executionName, standardMachines } from "../service/configuration.ts";
import { HttpApi } from "../service/http-api.ts";
import { type Problem, problemOf } from "../service/problem.ts";
import { StepFunctions } from "../service/step-functions.ts";
import { Thumbnails } from "../service/thumbnails.ts";
import { FollowedExecution } from "./followed-execution.ts";
import { readRoute, routeTo } from "./routes.ts";
import { type Selection, selectState } from "./selection.ts";
import { type Given, nothingGiven, submit } from "./submission.ts";

/** How many executions a list shows at first, and how many more each time. */
const listStep = 20;
const listEveryMs = 2_000;

/** Everything that the page shows, and everything that can be done on it. Views read it and call its methods. */
export class PageState {
  readonly configuration: Configuration;
  readonly thumbnails: Thumbnails;
  machineArn: string;
  executions: readonly ExecutionListItem[] = [];
  listSize = listStep;
  listProblem: Problem | undefined;
  followed: FollowedExecution | undefined;
  selection: Selection | undefined;
  timelineTab: "states" | "events" = "states";
  /** Addresses that were typed and not sent yet. */
  text = "";
  /** What is being done with what was given, while it is. */
  sending: string | undefined;
  problems: readonly Problem[] = [];
  /** The last thing that happened, for those who do not see the page. */
  announcement = "";
  #preview: Drawing | undefined;
  readonly #changed: () => void;
  readonly #api: HttpApi;
  readonly #stepFunctions: StepFunctions;

  constructor(configuration: Configuration, changed: () => void) {
    this.configuration = configuration;
    this.#changed = changed;
    const aws = new Aws(location.origin);
    this.#api = new HttpApi(aws);
    this.#stepFunctions = new StepFunctions(aws);
    this.thumbnails = new Thumbnails(aws, configuration, changed);
    this.machineArn = configuration.workflowArn ?? standardMachines(configuration)[0]?.arn ?? "";
  }

  /** Shows what the page's address names, and keeps the list of executions fresh. */
  start(): void {
    const open = (): void => this.#open(location.hash);
    window.addEventListener("hashchange", open);
    open();
    void this.#drawPreview();
    void this.#keepListing();
  }

  /** The workflow that is looked at, or the one that would run next. */
  get drawing(): Drawing | undefined {
    return this.followed === undefined ? this.#preview : this.followed.drawing;
  }

  chooseMachine(arn: string): void {
    this.machineArn = arn;
    void this.#drawPreview();
    this.executions = [];
    this.listSize = listStep;
    void this.#list();
  }

  showMore(): void {
    this.listSize += listStep;
    void this.#list();
  }

  select(selection: Selection | undefined): void {
    this.selection = selection;
    this.#changed();
  }

  chooseState(name: string): void {
    this.select(selectState(name, this.followed?.history.runs ?? []));
  }

  chooseTab(tab: PageState["timelineTab"]): void {
    this.timelineTab = tab;
    this.#changed();
  }

  get sample(): string | undefined {
    const [bucket] = this.configuration.buckets;
    return bucket === undefined ? undefined : `s3://${bucket}/${sampleKey}`;
  }

  async sendText(text: string): Promise<void> {
    const { images, problem } = readReferences(text);
    if (problem !== undefined) return this.#refuse({ code: "InvalidImageReference", message: problem });
    if (images.length === 0) return this.#refuse(nothingGiven());
    this.text = text;
    if (await this.send({ files: [], references: images })) this.text = "";
    this.#changed();
  }

  /** Starts an execution and shows it. False when nothing was started. */
  async send(given: Given): Promise<boolean> {
    if (this.sending !== undefined) return false;
    this.problems = [];
    const services = { api: this.#api, thumbnails: this.thumbnails };
    const { executionId, problems } = await submit(given, services, (sentence) => {
      this.sending = sentence;
      this.#changed();
    });
    this.sending = undefined;
    this.problems = problems;
    const machine = this.configuration.workflowArn ?? this.machineArn;
    if (executionId !== undefined) location.hash = routeTo(executionArn(machine, executionId));
    void this.#list();
    this.#changed();
    return executionId !== undefined;
  }

  #refuse(problem: Problem): void {
    this.problems = [problem];
    this.#changed();
  }

  async #drawPreview(): Promise<void> {
    const { machineArn } = this;
    this.#preview = undefined;
    try {
      const drawing = drawGraph(readDefinition(await this.#stepFunctions.currentDefinition(machineArn)));
      if (machineArn === this.machineArn) this.#preview = drawing;
    } catch (error) {
      this.listProblem = problemOf(error);
    }
    this.#changed();
  }

  #open(hash: string): void {
    const route = readRoute(hash, this.configuration);
    if (route !== undefined && route.machineArn !== this.machineArn) this.chooseMachine(route.machineArn);
    const arn = route?.executionArn;
    if (arn === this.followed?.arn) return;
    this.followed?.release();
    this.selection = undefined;
    this.followed = arn === undefined ? undefined : this.#follow(arn);
    this.#changed();
  }

  #follow(arn: string): FollowedExecution {
    const followed = new FollowedExecution(arn, {
      stepFunctions: this.#stepFunctions,
      api: this.#api,
      changed: this.#changed,
      sleep,
    });
    void this.#watch(followed);
    return followed;
  }

  async #watch(followed: FollowedExecution): Promise<void> {
    await followed.follow();
    if (this.followed !== followed) return;
    const { entries } = followed.images;
    const good = entries.filter(({ result }) => result && "predictions" in result).length;
    const images = entries.length === 0 ? "" : ` ${good} of ${entries.length} images classified.`;
    this.announcement = `Execution ${followed.description?.status?.toLowerCase() ?? "not found"}.${images}`;
    await this.#list();
  }

  async #keepListing(): Promise<void> {
    for (;;) {
      if (!document.hidden) await this.#list();
      await sleep(listEveryMs);
    }
  }

  async #list(): Promise<void> {
    const { machineArn } = this;
    try {
      const executions = await this.#stepFunctions.executions(machineArn, this.listSize);
      if (machineArn !== this.machineArn) return;
      this.executions = executions;
      this.listProblem = undefined;
    } catch (error) {
      this.listProblem = problemOf(error);
    }
    this.#followRedriven();
    this.#changed();
  }

  /** An execution that had ended and runs again was redriven. */
  #followRedriven(): void {
    const { followed } = this;
    if (!followed?.ended) return;
    const name = executionName(followed.arn);
    const listed = this.executions.find((each) => each.name === name && each.executionArn === followed.arn);
    if (listed?.status === "RUNNING") void this.#watch(followed);
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
