package document

import (
	"guard/internal/finding"
	"guard/internal/pipeline/shell"
)

// Dockerfile is the model of a Dockerfile. The document's value is a map with
// the list "instructions", each a map of keyword, text (as it stands in the
// file, all of it), flags, args and, for ENV, ARG and LABEL, pairs of key and
// value. So a path is ["instructions", 3, "args", 0].
type Dockerfile struct {
	Syntax Text         `json:"syntax"` // the frontend that # syntax= names; "" where none
	Stages []Stage      `json:"stages"`
	Global []Arg        `json:"global"` // ARGs before the first FROM
	Ignore DockerIgnore `json:"ignore"`
	Use    string       `json:"use"` // where the image is used, if not deployed: "action" (GitHub runs it, and as root), "workbench" (a development container); else ""

	SecretArgs []SecretArg  `json:"secret_args"` // ARGs named like a secret that have no value here and are used
	Entrypoint *Instruction `json:"entrypoint"`  // the ENTRYPOINT that counts for the final stage; null where there is none
	Command    *Instruction `json:"command"`     // the CMD that counts for the final stage; null where there is none
	Program    *Program     `json:"program"`     // what a container of the final stage starts; null where the file does not say
}

// SecretArg is an ARG that takes a secret from the command line of the build.
type SecretArg struct {
	Name   string       `json:"name"`
	Holder string       `json:"holder"` // "stage build"
	Path   finding.Path `json:"path"`
}

// Program is the program that ENTRYPOINT, or else CMD, starts.
type Program struct {
	Name    string       `json:"name"`    // as written
	Keyword string       `json:"keyword"` // CMD, ENTRYPOINT
	Path    finding.Path `json:"path"`
	Missing string       `json:"missing"` // why it is not in the final stage; "" where it is, or may be
}

// Arg is an ARG with its default.
type Arg struct {
	Name    string       `json:"name"`
	Default string       `json:"default"`
	Path    finding.Path `json:"path"`
}

// DockerIgnore says what the .dockerignore beside the Dockerfile (or at the
// root of the check) keeps out of the build context.
type DockerIgnore struct {
	Known   bool `json:"known"` // false where the neighbouring files could not be asked
	Present bool `json:"present"`
	Git     bool `json:"git"` // .git is kept out
	Env     bool `json:"env"` // .env is kept out
}

// Stage is one build stage.
type Stage struct {
	Index        int           `json:"index"`
	Name         string        `json:"name"`      // "" where AS is missing
	Holder       string        `json:"holder"`    // for messages: "stage build", "stage 0"
	Path         finding.Path  `json:"path"`      // of its FROM
	Base         string        `json:"base"`      // what FROM names, ARGs replaced
	BaseName     string        `json:"base_name"` // the image's name without tag and digest, as people write it; "" for a stage
	Parent       *int          `json:"parent"`    // index of the stage FROM names; null where it names an image
	Scratch      bool          `json:"scratch"`
	Final        bool          `json:"final"` // the one an image is made of
	Chain        []int         `json:"chain"` // the stage and its parents, itself first
	User         User          `json:"user"`  // at its end, parents asked
	Platform     string        `json:"platform"`
	Instructions []Instruction `json:"instructions"` // without FROM
}

// User is the user a stage ends with.
type User struct {
	State string       `json:"state"` // root, numeric, named, unknown (a variable), out-of-range, missing (the base image's)
	Value string       `json:"value"` // as written, variables replaced; "" for missing
	Path  finding.Path `json:"path"`  // of the last USER; of FROM for missing
	Stage int          `json:"stage"` // index of the stage it stands in
}

// Instruction is one instruction of a stage.
type Instruction struct {
	Keyword  string          `json:"keyword"`  // upper case
	OnBuild  bool            `json:"on_build"` // behind ONBUILD
	Holder   string          `json:"holder"`   // for messages: "stage build"
	Path     finding.Path    `json:"path"`
	Text     string          `json:"text"`    // as written, continuation lines joined
	Args     []Text          `json:"args"`    // words behind keyword and flags; of ENV, ARG, LABEL: see Pairs
	Flags    []Entry         `json:"flags"`   // --chown=…, key without dashes
	Shell    bool            `json:"shell"`   // RUN, CMD, ENTRYPOINT, HEALTHCHECK: shell form
	Pairs    []Entry         `json:"pairs"`   // of ENV, ARG, LABEL
	Sources  []Text          `json:"sources"` // of COPY, ADD; heredocs left out
	Dest     string          `json:"dest"`
	From     string          `json:"from"`     // of COPY --from: stage or image; "" where none
	Commands []shell.Command `json:"commands"` // of RUN, and of CMD, ENTRYPOINT and HEALTHCHECK in either form; empty where the shell is another one
	Pipefail bool            `json:"pipefail"` // SHELL has switched pipefail on before this instruction
	Context  bool            `json:"context"`  // COPY, ADD: the whole build context is a source, nothing excluded
	Remote   []Text          `json:"remote"`   // of ADD: sources that are files behind http:// or https://
	Secrets  []Text          `json:"secrets"`  // of COPY, ADD: sources that by their name hold secrets
	Packages []PackageUse    `json:"packages"` // of RUN: what it installs
}

// PackageUse is one use of a package manager in a RUN.
type PackageUse struct {
	Manager string       `json:"manager"` // apt, apk, dnf, yum, microdnf, zypper, pip, npm, yarn, pnpm, …
	Names   []string     `json:"names"`   // what is installed by name, without version
	Project bool         `json:"project"` // installs what the project's own files ask for: npm ci, pip install -r
	Cached  bool         `json:"cached"`  // leaves the manager's cache in the layer
	Removed bool         `json:"removed"` // the same RUN removes packages again
	Path    finding.Path `json:"path"`
	Advice  string       `json:"advice"` // how to leave no cache behind: "add --no-cache"; "" where it leaves none
}
