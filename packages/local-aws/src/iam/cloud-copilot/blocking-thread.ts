import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";

/** What a thread gets as its `workerData`: it posts each answer to `port`, then adds 1 to `turn` and notifies who waits for it. */
export interface ThreadData {
  readonly port: MessagePort;
  readonly turn: Int32Array;
}

interface Running {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly turn: Int32Array;
}

/** A thread that is asked one question at a time, and whose answer the caller waits for without yielding. */
export class BlockingThread<Question, Answer> {
  readonly #program: URL;
  readonly #patienceMs: number;
  #running: Running | undefined;

  constructor(program: URL, { patienceMs }: { readonly patienceMs: number }) {
    this.#program = program;
    this.#patienceMs = patienceMs;
  }

  /** Starts the thread before the first question needs it. */
  prepare(): void {
    this.#running ??= this.#start();
  }

  /**
   * @throws Error when the thread gives no answer in time. The thread is then replaced, because a late answer would be
   *   mistaken for the answer to the next question.
   */
  ask(question: Question): Answer {
    this.#running ??= this.#start();
    const { port, turn } = this.#running;
    const before = Atomics.load(turn, 0);
    port.postMessage(question);
    const deadline = Date.now() + this.#patienceMs;
    // A thread adds before it notifies, so the notification of the question before may come only now: the number decides.
    while (Atomics.load(turn, 0) === before) {
      const left = deadline - Date.now();
      if (left <= 0) throw this.#failed(`no answer within ${this.#patienceMs / 1_000} s`);
      Atomics.wait(turn, 0, before, left);
    }
    const received = receiveMessageOnPort(port);
    if (received === undefined) throw this.#failed("it ended without an answer");
    return received.message as Answer;
  }

  #failed(what: string): Error {
    this.#running?.port.close();
    void this.#running?.worker.terminate();
    this.#running = undefined;
    return new Error(`The thread "${this.#program.pathname.split("/").at(-1)}" failed: ${what}.`);
  }

  #start(): Running {
    const turn = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const { port1, port2 } = new MessageChannel();
    const workerData: ThreadData = { port: port2, turn };
    const worker = new Worker(this.#program, { workerData, transferList: [port2], execArgv: [] });
    worker.unref();
    return { worker, port: port1, turn };
  }
}
