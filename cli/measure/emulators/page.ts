/** docs/emulators.md: what the exam saw, as a page. */
import { FLAVORS, flavorFacts, type Flavor } from "../../../components/services/localstack/flavorFacts";
import { counts, QUIET_SECONDS, type Exam } from "../../../components/services/localstack/losses";

/** One table an emulator, and a word on those that are not in it. Pure. */
export function examPage(exams: Partial<Record<Flavor, Exam>>): string {
  const examined = FLAVORS.filter((flavor) => exams[flavor] !== undefined);
  const others = FLAVORS.filter((flavor) => exams[flavor] === undefined);
  return [
    "# What the AWS emulators keep",
    "",
    "Written by `npm run bench -- --emulators`, which fills each emulator that can be run here with one thing of a kind, restarts it",
    "and asks for each thing again with the AWS SDK. The emulators are the lab's images, as processes on loopback with the settings of",
    "this platform. Of localstack-persist, which is no package, its source was put into the lab's LocalStack as its Dockerfile does it",
    "(`--persist-source FOLDER`). What one flavor has saved stays on the volume, and no other reads it.",
    "",
    "- **restart**: stopped with SIGTERM, as Kubernetes does it, and started.",
    "- **crash, older**: the same thing, after all of the emulator's processes were killed (`kill -9`) later on.",
    `- **crash, ${QUIET_SECONDS} s**: made after the last start, and ${QUIET_SECONDS} s before the kill.`,
    "- **crash, last**: made just before the kill.",
    "",
    "The stack `homelab` has localstack-persist, which loses the least of those examined.",
    "",
    ...examined.flatMap((flavor) => section(flavor, exams[flavor]!)),
    "## Not examined",
    "",
    "These were not run here; what is said of them is what they say of themselves:",
    "",
    ...others.map((flavor) => `- \`${flavor}\` (\`${shortImage(flavor)}\`): ${flavorFacts[flavor].meaning}.`),
    "",
    "[kumo](https://github.com/sivchari/kumo) 0.33.1 is no flavor: its program could not be built and examined, because the checksum of",
    "a module that it needs (aws-sdk-go-v2/service/amplify 1.38.16) could not be verified. Its README says that state is saved when it",
    "stops in good order, uploads in parts and messages under way left out. Its image has no Python, which makes what is declared.",
    "",
  ].join("\n");
}

function section(flavor: Flavor, exam: Exam): string[] {
  const { things, restart, crash } = counts(exam);
  const rows = exam.rows.map(({ service, name, outcomes }) => {
    const cells = outcomes
      ? [outcomes.restart, outcomes.before, outcomes.quiet, outcomes.last].map((outcome) =>
          outcome === "lost" ? "**lost**" : outcome,
        )
      : ["could not be made here", "", "", ""];
    return `| ${[service, name, ...cells].join(" | ")} |`;
  });
  return [
    `## ${flavor} ${exam.version}`,
    "",
    `${restart} of ${things} things came back after a restart, ${crash} after a crash that came ${QUIET_SECONDS} s later.`,
    "",
    `| service | thing | restart | crash, older | crash, ${QUIET_SECONDS} s | crash, last |`,
    "|---|---|---|---|---|---|",
    ...rows,
    "",
  ];
}

const shortImage = (flavor: Flavor) => flavorFacts[flavor].image.replace("docker.io/", "");
