import assert from "node:assert/strict";
import { bytesProblem, cpuProblem, repairBytes, repairCpu } from "../../components/config/amounts";
import { LARGEST, parseQuantity } from "../../kubernetes/quantity";

const billion = 10n ** 9n;

describe("Kubernetes quantities", () => {
  const table: [string, bigint | undefined][] = [
    ["1", billion],
    ["0", 0n],
    ["100m", billion / 10n],
    ["1.5", 1_500_000_000n],
    ["1Ki", 1024n * billion],
    ["1k", 1000n * billion],
    ["1.5Gi", 3n * 2n ** 29n * billion],
    ["0.5Mi", 2n ** 19n * billion],
    ["1e3", 1000n * billion],
    ["1E3", 1000n * billion],
    ["2E", 2n * 10n ** 18n * billion],
    ["1e-3", billion / 1000n],
    ["1n", 1n],
    ["250u", 250_000n],
    ["", undefined],
    ["m", undefined],
    ["1K", undefined],
    ["1mi", undefined],
    ["1GB", undefined],
    ["1 Gi", undefined],
    ["-1", -billion],
    ["+1", billion],
    [".5", billion / 2n],
    ["5.", 5n * billion],
    ["1.5555555555", 1_555_555_556n],
    ["0.1n", 1n],
    ["-", undefined],
    [".", undefined],
    ["0x10", undefined],
    ["1e99", 10n ** 99n * billion],
    ["10E", 10n ** 19n * billion],
    ["-8Ei", -LARGEST],
    ["99999999999999999999Ei", LARGEST],
    ["constructor", undefined],
    ["1\n", undefined],
  ];
  for (const [text, value] of table) it(JSON.stringify(text), () => assert.equal(parseQuantity(text), value));
});

describe("amounts of memory and CPU", () => {
  it("memory: at least a mebibyte, never in thousandths of a byte", () => {
    for (const text of ["1Mi", "512Mi", "1.5Gi", "1e9", "536870912"]) assert.equal(bytesProblem(text), undefined, text);
    assert.match(bytesProblem("256m") ?? "right", /suffix m is for CPU/);
    assert.match(bytesProblem("30") ?? "right", /suffix such as Mi/);
    assert.match(bytesProblem("0") ?? "right", /zero/);
    assert.match(bytesProblem("-1Gi") ?? "right", /less than zero/);
    assert.match(bytesProblem("9999E") ?? "right", /more than Kubernetes can count/);
    assert.match(bytesProblem("30GB") ?? "right", /not a Kubernetes quantity/);
  });
  it("CPU: no finer than 1m, no more than a machine has", () => {
    for (const text of ["1m", "0.1", "2", "1024", "1500m"]) assert.equal(cpuProblem(text), undefined, text);
    assert.match(cpuProblem("0.0005") ?? "right", /finer than 1m/);
    assert.match(cpuProblem("100Mi") ?? "right", /1024 cores/);
    assert.match(cpuProblem("0m") ?? "right", /zero/);
  });
});

describe("repairs of quantities", () => {
  const bytes: [string, string | undefined][] = [
    ["30GB", "30G"],
    ["30gb", "30G"],
    ["512 mib", "512Mi"],
    ["512MiB", "512Mi"],
    ["10 gi", "10Gi"],
    ["256m", "256Mi"],
    ["2000K", "2000k"],
    ["30", undefined],
    ["1Gi", undefined],
    ["much", undefined],
  ];
  for (const [text, repaired] of bytes) it(`memory ${text}`, () => assert.equal(repairBytes(text), repaired));
  const cpus: [string, string | undefined][] = [
    ["100Mi", "100m"],
    ["100 m", "100m"],
    ["2 cores", "2"],
    ["0.5 CPU", "0.5"],
    ["2", undefined],
    ["lots", undefined],
  ];
  for (const [text, repaired] of cpus) it(`CPU ${text}`, () => assert.equal(repairCpu(text), repaired));
});
