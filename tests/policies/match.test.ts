import assert from "node:assert/strict";
import { alternativesOf } from "../../policies/rules/routing/match";

const read = (rule: string) => alternativesOf(rule).map((alternative) => alternative.map(({ text }) => text).join(" "));

describe("Traefik's rules", () => {
  const cases: [string, string[]][] = [
    ["", [""]],
    ["Host(`a`)", ["Host(`a`)"]],
    ["Host(`a`) && PathPrefix(`/x`)", ["Host(`a`) PathPrefix(`/x`)"]],
    ["Host(`a`) || Host(`b`) && Path(`/`)", ["Host(`a`)", "Host(`b`) Path(`/`)"]],
    [
      "(Host(`a`)||Host(`b`)) && (Path(`/x`) || PathPrefix(`/x/`))",
      ["Host(`a`) Path(`/x`)", "Host(`a`) PathPrefix(`/x/`)", "Host(`b`) Path(`/x`)", "Host(`b`) PathPrefix(`/x/`)"],
    ],
    ['Host( `a` , "b" )', ['Host(`a`,"b")']],
    ["!Host(`a`) && !(Path(`/x`) || Path(`/y`))", ["!Host(`a`) !(Path(`/x`)||Path(`/y`))"]],
    ["Header(`x`, `a && Host(b) || ()`)", ["Header(`x`,`a && Host(b) || ()`)"]],
    ["Host(`a`) &&", []],
    ["Host(`a`", []],
    ["Host(`a`) Host(`b`)", []],
    ["Host(a)", []],
    ["&& Host(`a`)", []],
    ["Host(`a`))", []],
    ["(".repeat(2000), []],
    ["!".repeat(2000) + "Host(`a`)", []],
  ];
  for (const [rule, expected] of cases) {
    it(`${rule.slice(0, 70) || "none"}: ${expected.length}`, () => assert.deepEqual(read(rule), expected));
  }

  it("names the values of a matcher", () => {
    assert.deepEqual(alternativesOf("Host(`a`, 'b', \"\")")[0]![0], {
      name: "Host",
      values: ["a", "b", ""],
      text: "Host(`a`,'b',\"\")",
    });
  });

  it("of enormous size are read in part", () => {
    const either = "(Host(`a`) || Host(`b`))";
    assert.equal(alternativesOf(Array(150).fill(either).join(" && ")).length, 100);
    assert.deepEqual(alternativesOf(Array(500).fill(either).join(" && ")), [[]]);
  });
});
