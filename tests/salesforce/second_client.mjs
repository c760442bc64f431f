// Does with jsforce what it is told on its standard input, and prints what came of it.
import { readFileSync } from "node:fs";
import jsforce from "jsforce";

const told = JSON.parse(readFileSync(0, "utf8"));
const org = new jsforce.Connection({
  instanceUrl: told.url,
  accessToken: told.token,
  version: "62.0",
});

const ways = {
  // One job of Bulk API 2.0.
  async bulk({ object, operation, csv, lineEnding }) {
    const found = await org.bulk2.loadAndWaitForResults({
      object, operation, input: csv, lineEnding, pollInterval: 50, pollTimeout: 60000,
    });
    return {
      taken: found.successfulResults.map((row) => row.sf__Id),
      refused: found.failedResults.map((row) => ({ ...row })),
      left: found.unprocessedRecords.length,
    };
  },
  async update({ object, records, allOrNone }) {
    return org.sobject(object).update(records, { allOrNone });
  },
  async create({ object, records }) {
    return org.sobject(object).create(records);
  },
  async destroy({ object, ids }) {
    return org.sobject(object).destroy(ids);
  },
  async query({ soql }) {
    const found = await org.query(soql, { autoFetch: true, maxFetch: 100000 });
    return found.records;
  },
};

let said;
try {
  said = { answer: await ways[told.way](told) };
} catch (error) {
  said = { error: `${error.errorCode ?? error.name}: ${error.message}` };
}
process.stdout.write(`${JSON.stringify(said)}\n`, () => process.exit(0));
