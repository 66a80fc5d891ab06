// A client of `mailsignal worker` for Node.js: keeps the subprocess and matches answers to
// requests, which it keeps in order.
//
//   const worker = await Worker.start();
//   const record = await worker.analyse(rawBuffer);
//   await worker.close();
'use strict';
const { spawn } = require('node:child_process');
const readline = require('node:readline');

class Worker {
  static async start(program = 'mailsignal', options = []) {
    const worker = new Worker(program, options);
    const ready = await worker._next();
    worker.version = ready.version;
    worker.ruleset = ready.ruleset;
    return worker;
  }

  constructor(program, options) {
    this._waiting = [];
    this._lastId = 0;
    this._process = spawn(program, ['worker', ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
    this._ended = new Promise((resolve) => this._process.on('close', resolve));
    this._process.on('error', (error) => this._failAll(error));
    this._process.stdin.on('error', (error) => this._failAll(error));
    this._ended.then((status) => this._failAll(new Error(`the worker ended with status ${status}`)));
    readline.createInterface({ input: this._process.stdout, crlfDelay: Infinity })
      .on('line', (line) => this._waiting.shift()?.resolve(JSON.parse(line)));
  }

  _failAll(error) {
    for (const { reject } of this._waiting.splice(0)) reject(error);
  }

  _next() {
    return new Promise((resolve, reject) => this._waiting.push({ resolve, reject }));
  }

  // One request, a promise of its answer. Several may be in flight.
  call(request) {
    const answer = this._next();
    this._process.stdin.write(JSON.stringify(request) + '\n');
    return answer;
  }

  // The record of one message given as a Buffer; options are text, zones, source_id, tenant (with
  // --db: stored before the promise is kept). An answer with an "error" whose "retry" is true may be
  // sent again later.
  analyse(raw, options = {}) {
    this._lastId += 1;
    return this.call({ id: this._lastId, raw: raw.toString('base64'), ...options });
  }

  // Lets the worker finish; a promise of its exit status.
  close() {
    this._process.stdin.end();
    return this._ended;
  }
}

module.exports = { Worker };
