package document

import (
	"guard/internal/finding"
	"guard/internal/pipeline/shell"
)

// Dockerfile is the model of a Dockerfile. The document's value is a map with
// the list "instructions", each a map of keyword, text and args, so a path is
// ["instructions", 3, "args", 0].
type Dockerfile struct {
	Syntax Text         `json:"syntax"` // the frontend that # syntax= names; "" where none
	Stages []Stage      `json:"stages"`
	Global []Arg        `json:"global"` // ARGs before the first FROM
	Ignore DockerIgnore `json:"ignore"`
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
	Path     finding.Path    `json:"path"`
	Text     string          `json:"text"`    // as written, continuation lines joined
	Args     []Text          `json:"args"`    // words behind keyword and flags; of ENV, ARG, LABEL: see Pairs
	Flags    []Entry         `json:"flags"`   // --chown=…, key without dashes
	Shell    bool            `json:"shell"`   // RUN, CMD, ENTRYPOINT, HEALTHCHECK: shell form
	Pairs    []Entry         `json:"pairs"`   // of ENV, ARG, LABEL
	Sources  []Text          `json:"sources"` // of COPY, ADD; heredocs left out
	Dest     string          `json:"dest"`
	From     string          `json:"from"`     // of COPY --from: stage or image; "" where none
	Commands []shell.Command `json:"commands"` // of RUN, and of CMD and ENTRYPOINT in either form
	Pipefail bool            `json:"pipefail"` // SHELL has switched pipefail on before this instruction
}
