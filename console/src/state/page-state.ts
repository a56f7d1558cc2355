import type { EventFilter } from "../model/history/event-filter.ts";
import { everyImage, type ImageFilter, isUnfiltered } from "../model/images/filter.ts";
import type { Drawing } from "../model/workflow/layout.ts";
import { Aws } from "../service/aws.ts";
import { type Configuration, executionArn, machineArnOf, standardMachines } from "../service/configuration.ts";
import { ExpressRuns } from "../service/express-runs.ts";
import { HttpApi } from "../service/http-api.ts";
import { BrowserFiles } from "../service/kept-files.ts";
import { Logs } from "../service/logs.ts";
import { isUnreachable, type Problem } from "../service/problem.ts";
import { StepFunctions } from "../service/step-functions.ts";
import { Thumbnails } from "../service/thumbnails.ts";
import { Actions } from "./actions.ts";
import { Announcer } from "./announcer.ts";
import { Composer } from "./composer.ts";
import { Drafts } from "./drafts.ts";
import { Estimates } from "./estimates.ts";
import { type FollowSources, followServices } from "./follow-services.ts";
import { FollowedExecution } from "./followed-execution.ts";
import { Imports } from "./imports.ts";
import type { ListFilter } from "./list-filter.ts";
import { Listing } from "./listing.ts";
import { LogReader } from "./logs/log-reader.ts";
import { Preview } from "./preview.ts";
import {
  meaninglessIn,
  readRoute,
  routeTo,
  routeToFile,
  routeToMachine,
  type Shown,
  wholeExecution,
} from "./routes.ts";
import { Scheduled } from "./scheduled.ts";
import { type Selection, selectState } from "./selection.ts";
import { sleep, visible } from "./tab.ts";

const listEveryMs = 2_000;

/** The state of the page and all actions on it. Views read it and call its methods. */
export class PageState {
  readonly configuration: Configuration;
  readonly thumbnails: Thumbnails;
  /** The executions of the state machine that is chosen. */
  readonly list: Listing;
  /** The child executions of the unfolded Map Run. They are read only while it is unfolded. */
  readonly children: Listing;
  readonly scheduled: Scheduled;
  readonly actions: Actions;
  readonly composer: Composer;
  readonly imports = new Imports(new BrowserFiles());
  readonly logs: LogReader;
  readonly estimates: Estimates;
  readonly preview: Preview;
  machineArn: string;
  followed: FollowedExecution | undefined;
  /** Whether the form that opens an exported history is shown. */
  opening = false;
  /** The machine that a link names but that is not deployed here. */
  unknownMachine: string | undefined;
  selection: Selection | undefined;
  filter: ImageFilter = everyImage;
  /** The events that the timeline lists. Undefined: it shows states. */
  events: EventFilter | undefined;
  /** Parts of the address that mean nothing. */
  meaningless: readonly string[] = [];
  readonly announcer = new Announcer();
  readonly #changed: () => void;
  readonly #sources: Omit<FollowSources, "imports">;
  readonly #stepFunctions: StepFunctions;

  constructor(configuration: Configuration, changed: () => void) {
    this.configuration = configuration;
    this.#changed = changed;
    const aws = new Aws(location.origin);
    const logs = new Logs(aws);
    const api = new HttpApi(aws);
    this.#stepFunctions = new StepFunctions(aws, new ExpressRuns(logs, configuration.stateMachines));
    this.#sources = { aws, api, stepFunctions: this.#stepFunctions, configuration };
    this.thumbnails = new Thumbnails(aws, configuration, changed);
    const drafts = new Drafts(sessionStorage);
    this.actions = new Actions({
      stepFunctions: this.#stepFunctions,
      drafts,
      changed,
      done: (arn) => this.#acted(arn),
    });
    this.composer = new Composer({
      api,
      thumbnails: this.thumbnails,
      drafts,
      changed,
      started: (id) => this.#acted(executionArn(configuration.workflowArn ?? this.machineArn, id)),
    });
    this.estimates = new Estimates(changed);
    this.preview = new Preview(this.#stepFunctions, changed);
    this.logs = new LogReader(configuration, { logs, changed, sleep, visible });
    const filtered = (how: "chosen" | "typed") => this.#writeAddress(how === "chosen" ? "push" : "replace");
    this.list = new Listing(this.#stepFunctions, changed, filtered);
    this.children = new Listing(this.#stepFunctions, changed);
    this.scheduled = new Scheduled(configuration, this.#stepFunctions, changed);
    this.machineArn =
      configuration.workflowArn ?? (standardMachines(configuration)[0] ?? configuration.stateMachines[0])?.arn ?? "";
    this.list.open(this.machineArn);
  }

  /** Shows what the page's address specifies, and refreshes the list of executions periodically. */
  start(): void {
    window.addEventListener("hashchange", () => this.#open());
    document.addEventListener("visibilitychange", () => !document.hidden && void this.#refreshList());
    this.#open();
    void this.preview.draw(this.machineArn);
    void this.#keepListing();
  }

  /** The workflow of the execution that is shown, or else the workflow that would run next. */
  get drawing(): Drawing | undefined {
    return (this.followed ?? this.preview).drawing;
  }

  /** The ASL document that is drawn. */
  get definition(): string | undefined {
    return (this.followed ?? this.preview).definition;
  }

  /** Which executions are listed. */
  get listed(): ListFilter {
    return this.list.filter;
  }

  /** The address of an execution. The list beside it stays filtered if it remains the list of the same machine. */
  addressOf(arn: string, shown: Shown = wholeExecution): string {
    const isListed = machineArnOf(arn).split("/", 1)[0] === this.machineArn;
    return routeTo(arn, isListed ? { ...shown, listed: this.listed } : shown);
  }

  /** Set if the service does not respond. It is shown only once, however many requests failed. */
  get unreachable(): Problem | undefined {
    const problems = [this.list.problem, this.preview.problem, this.followed?.problem, ...this.composer.problems];
    return problems.find(isUnreachable);
  }

  chooseMachine(arn: string): void {
    location.hash = routeToMachine(arn);
  }

  select(selection: Selection | undefined): void {
    this.selection = selection;
    this.#seekImage();
    // What is selected in the workflow that would run next has no address.
    if (this.followed !== undefined) this.#writeAddress("push");
    this.#changed();
  }

  chooseState(name: string): void {
    this.select(selectState(name, this.followed?.history.runs ?? []));
  }

  show(filter: ImageFilter): void {
    this.filter = filter;
    this.#writeAddress("replace");
    this.#changed();
  }

  /** Lists events in the timeline, or states if undefined. */
  showEvents(events: EventFilter | undefined): void {
    this.events = events;
    this.#writeAddress("replace");
    this.#changed();
  }

  /** For the Escape key: clears the selection first, then the filter. In a dialog, the key only closes the dialog. */
  clear(): void {
    if (this.actions.pending !== undefined) return;
    if (this.selection !== undefined) this.select(undefined);
    else if (!isUnfiltered(this.filter)) this.show(everyImage);
  }

  /** Opens an exported history, and its definition if that is among the files. A definition alone keeps the selection. */
  async open(files: readonly File[]): Promise<void> {
    const before = this.imports.execution?.file;
    const opened = await this.imports.read(files);
    const { execution } = this.imports;
    if (opened && this.followed?.arn === execution?.arn) this.#show(undefined);
    const { kind } = readRoute(location.hash, this.configuration);
    if (location.hash === routeToFile || (kind === "file" && execution?.file === before)) this.#open();
    else location.hash = routeToFile;
  }

  /** After an action: shows an execution that was started; reads an execution again if it was stopped or redriven. */
  #acted(executionArn: string): void {
    if (executionArn === this.followed?.arn) void this.#watch(this.followed);
    else location.hash = this.addressOf(executionArn);
    void this.#refreshList();
  }

  /** The inspector leads from an image to its child execution, which may have to be found. */
  #seekImage(): void {
    if (this.selection?.kind === "image") this.followed?.seek(this.selection.index);
  }

  /**
   * Updates the address, so that it leads back to this view after a reload, from a bookmark, or with the Back button.
   */
  #writeAddress(how: "push" | "replace"): void {
    const { followed, machineArn, listed } = this;
    if (this.opening || this.unknownMachine !== undefined) return;
    const address = followed === undefined ? routeToMachine(machineArn, listed) : routeTo(followed.arn, this);
    if (address === location.hash) return;
    this.meaningless = [];
    if (how === "push") history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  }

  #open(): void {
    const route = readRoute(location.hash, this.configuration);
    this.unknownMachine = route.kind === "unknown" ? route.machineName : undefined;
    const home = this.configuration.workflowArn ?? this.machineArn;
    const machineArn = "machineArn" in route ? route.machineArn : route.kind === "home" ? home : this.machineArn;
    if (machineArn !== this.machineArn) {
      this.machineArn = machineArn;
      void this.preview.draw(machineArn);
    }
    if ("listed" in route) this.list.open(machineArn, route.listed);
    this.opening = route.kind === "file" && this.imports.execution === undefined;
    if (this.opening && !this.imports.wasRestored) {
      void this.imports.restore().then(() => this.opening && this.#open());
    }
    const arn = route.kind === "execution" ? route.executionArn : undefined;
    this.selection = "selection" in route ? route.selection : undefined;
    this.filter = "filter" in route ? route.filter : everyImage;
    this.events = "events" in route ? route.events : undefined;
    this.meaningless = "listed" in route ? meaninglessIn(location.hash, { ...wholeExecution, ...route }) : [];
    this.#show(route.kind === "file" ? this.imports.execution?.arn : arn);
    this.#seekImage();
    this.#changed();
  }

  #show(arn: string | undefined): void {
    if (arn === this.followed?.arn) return;
    this.followed?.release();
    this.announcer.clear();
    this.logs.close();
    this.children.close();
    this.followed = arn === undefined ? undefined : this.#follow(arn);
  }

  #follow(arn: string): FollowedExecution {
    const changed = (): void => {
      this.announcer.progress(followed, Date.now());
      this.#changed();
    };
    const services = followServices(arn, { ...this.#sources, imports: this.imports }, changed);
    const followed: FollowedExecution = new FollowedExecution(arn, services);
    void this.#watch(followed);
    return followed;
  }

  async #watch(followed: FollowedExecution): Promise<void> {
    await followed.follow();
    const holder = followed.missing ? await this.scheduled.holderOf(followed.arn) : undefined;
    if (this.followed !== followed) return;
    if (holder !== undefined) return location.replace(routeTo(holder));
    this.announcer.end(followed);
    await this.#refreshList();
  }

  async #keepListing(): Promise<void> {
    for (;;) {
      if (visible()) {
        await this.#refreshList();
        this.#followRedriven();
      }
      await sleep(listEveryMs);
    }
  }

  async #refreshList(): Promise<void> {
    await this.list.refresh();
    await this.children.refresh();
    if (this.machineArn === this.configuration.workflowArn) await this.scheduled.refresh();
    if (this.list.problem === undefined) {
      // The service responds: what failed because it did not is forgotten or tried again.
      this.composer.recover();
      if (isUnreachable(this.preview.problem)) void this.preview.draw(this.machineArn);
    }
    this.#changed();
  }

  /**
   * If an execution had ended but is running again, it was redriven and is followed again. A list may be older than the
   * end, so it is believed only once per interval.
   */
  #followRedriven(): void {
    const { followed } = this;
    if (!followed?.ended) return;
    const listed = this.list.rows?.find(({ arn }) => arn === followed.arn);
    if (listed?.status === "RUNNING") void this.#watch(followed);
  }
}
