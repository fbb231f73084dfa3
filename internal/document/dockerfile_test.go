package document

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"guard/internal/tree"

	"github.com/google/go-cmp/cmp"
)

func newLoader(file, text string) *loader {
	return &loader{source: tree.NewSource(file, text), options: &Options{}}
}

func TestIsDockerfile(t *testing.T) {
	const usual = "# comment\nARG V=1\nFROM alpine:$V\nRUN a\n"
	tests := []struct {
		name, file, text string
		want             bool
	}{
		{"by its name", "a/Dockerfile", "anything", true},
		{"by its name alone", "Containerfile", "", true},
		{"in lower case", "dockerfile", usual, true},
		{"with an ending", "Dockerfile.dev", usual, true},
		{"as an ending", "web.Dockerfile", usual, true},
		{"with an ending, unread", "Dockerfile.dev", "", true},
		{"with an ending, and something else", "Dockerfile.notes", "Read this first", false},
		{"a page about Dockerfiles", "Dockerfile.md", "# Dockerfile\n\nFROM here on\n", false},
		{"a program about Dockerfiles", "dockerfile.go", "package dockerfile\n", false},
		{"its ignore file", "Dockerfile.dockerignore", ".git\n", false},
		{"by its content", "build/image", usual, true},
		{"content with a heredoc", "x", "FROM a\nRUN <<E\nlower case\nE\n", true},
		{"prose", "notes", "FROM the beginning\nRUN away\n", false},
		{"prose that looks right", "notes", "From alpine\nRun away\n", false},
		{"SQL", "q.sql", "FROM users\nWHERE id = 1\n", false},
		{"a model file", "Modelfile", "FROM llama3\nPARAMETER temperature 1\n", false},
		{"nothing but FROM", "x", "FROM alpine\n", false},
		{"a shell script", "build.sh", "#!/bin/sh\nRUN=1\n", false},
		{"nothing", "x", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := isDockerfile(tt.file, tt.text); got != tt.want {
				t.Errorf("isDockerfile(%q, %q) = %v, want %v", tt.file, tt.text, got, tt.want)
			}
		})
	}
}

// Reliability 42, 43
func TestDockerfile_KnowsTheUserOfTheFinalStage(t *testing.T) {
	tests := []struct{ name, text, state, value string }{
		{"root", "USER root", userRoot, "root"},
		{"zero", "USER 0", userRoot, "0"},
		{"zero with a group", "USER 0:0", userRoot, "0:0"},
		{"zero written long", "USER 00", userRoot, "00"},
		{"zero with a plus", "USER +0", userRoot, "+0"},
		{"zero with a minus", "USER -0", userRoot, "-0"},
		{"root with another group", "USER root:1000", userRoot, "root:1000"},
		{"a group alone", "USER :0", userRoot, ":0"},
		{"a group alone, not zero", "USER :1000", userRoot, ":1000"},
		{"in quotes", `USER "root"`, userRoot, "root"},
		{"an administrator", "USER ContainerAdministrator", userRoot, "ContainerAdministrator"},
		{"a number", "USER 1000", userNumeric, "1000"},
		{"a number with root's group", "USER 1000:0", userNumeric, "1000:0"},
		{"the largest number", "USER 2147483647", userNumeric, "2147483647"},
		{"a number too large", "USER 2147483648", userOutOfRange, "2147483648"},
		{"a number that wraps around to root", "USER 4294967296", userOutOfRange, "4294967296"},
		{"a number beyond all", "USER 99999999999999999999", userOutOfRange, "99999999999999999999"},
		{"a negative number", "USER -1", userOutOfRange, "-1"},
		{"a name", "USER app", userNamed, "app"},
		{"a name with digits", "USER 1000a", userNamed, "1000a"},
		{"a sign alone", "USER +", userNamed, "+"},
		{"a name of Windows", "USER ContainerUser", userNamed, "ContainerUser"},
		{"a variable", "USER $APP", userUnknown, "${APP}"},
		{"a group that is a variable", "USER 1000:$GID", userNumeric, "1000:${GID}"},
		{"an ENV", "ENV APP=root\nUSER $APP", userRoot, "root"},
		{"an ARG with a default", "ARG APP=1000\nUSER ${APP}", userNumeric, "1000"},
		{"an ARG without one", "ARG APP\nUSER ${APP}", userUnknown, "${APP}"},
		{"a default in place", "USER ${APP:-0}", userRoot, "0"},
		{"an ENV over an ARG", "ARG APP=0\nENV APP=7\nUSER $APP", userNumeric, "7"},
		{"an ENV of something unknown", "ENV APP=$X\nUSER $APP", userUnknown, "${APP}"},
		{"the last one", "USER root\nUSER app", userNamed, "app"},
		{"none", "RUN a", userMissing, ""},
		{"one behind ONBUILD", "ONBUILD USER root", userMissing, ""},
		{"one in a here-document", "USER app\nRUN <<E\nUSER root\nE", userNamed, "app"},
		{"one of an earlier stage", "USER app\nFROM b", userMissing, ""},
		{"one of the parent stage", "USER app\nFROM one", userNamed, "app"},
		{"one of the parent's parent", "USER app\nFROM one AS two\nFROM two", userNamed, "app"},
		{"a variable of the parent stage", "ENV U=0\nFROM one\nUSER $U", userRoot, "0"},
		{"an ARG of the parent stage is gone", "ARG U=0\nFROM one\nUSER $U", userUnknown, "${U}"},
		{"a stage that shadows an image", "USER app\nFROM x AS alpine\nUSER 0\nFROM alpine", userRoot, "0"},
		{"what cannot be read between", "USER app\nENV LONELY\nRUN a", userNamed, "app"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := readDockerfile(t, "FROM base AS one\n"+tt.text+"\n")
			stages := d.Dockerfile.Stages
			got := stages[len(stages)-1].User
			if got.State != tt.state || got.Value != tt.value {
				t.Errorf("%s\ngot %s %q, want %s %q", tt.text, got.State, got.Value, tt.state, tt.value)
			}
			if unknown := len(d.Incomplete) > 0; unknown != (tt.state == userUnknown) {
				t.Errorf("%s\nincomplete %v, user %s", tt.text, d.Incomplete, got.State)
			}
		})
	}
}

// Reliability 21, 42
func TestDockerfile_KnowsItsImages(t *testing.T) {
	type use struct {
		Raw               string
		Stage, Unresolved bool
	}
	tests := []struct {
		name, text string
		want       []use
	}{
		{"plain", "FROM alpine", []use{{Raw: "alpine"}}},
		{"a default that is latest", "ARG T=latest\nFROM a:$T", []use{{Raw: "a:latest"}}},
		{"a default made of others", "ARG A=1\nARG B=$A.2\nFROM a:${B}", []use{{Raw: "a:1.2"}}},
		{"a default in place", "FROM a:${T:-3}", []use{{Raw: "a:3"}}},
		{"no default", "ARG T\nFROM a:$T", []use{{Raw: "a:${T}", Unresolved: true}}},
		{"not declared", "FROM a:$T", []use{{Raw: "a:${T}", Unresolved: true}}},
		{"an ARG of a stage is none for FROM", "FROM a\nARG T=1\nFROM b:$T", []use{{Raw: "a"}, {Raw: "b:${T}", Unresolved: true}}},
		{"scratch", "FROM scratch\nCOPY a /", []use{}},
		{"a stage", "FROM a AS one\nFROM ONE", []use{{Raw: "a"}, {Raw: "ONE", Stage: true}}},
		{"a stage by platform", "FROM a AS b-amd64\nFROM a AS b-arm64\nFROM b-$TARGETARCH", []use{{Raw: "a"}, {Raw: "a"}, {Raw: "b-amd64", Stage: true}}},
		{"a later stage is an image", "FROM two\nFROM a AS two", []use{{Raw: "two"}, {Raw: "a"}}},
		{"COPY from a stage", "FROM a AS one\nFROM b\nCOPY --from=one /x /y", []use{{Raw: "a"}, {Raw: "b"}, {Raw: "one", Stage: true}}},
		{"COPY from a number", "FROM a\nFROM b\nCOPY --from=0 /x /y", []use{{Raw: "a"}, {Raw: "b"}, {Raw: "0", Stage: true}}},
		{"COPY from an image", "FROM a\nCOPY --from=image:latest /x /y", []use{{Raw: "a"}, {Raw: "image:latest"}}},
		{"a mount from an image", "FROM a\nRUN --mount=type=bind,from=image:latest,target=/x y", []use{{Raw: "a"}, {Raw: "image:latest"}}},
		{"a mount from a stage", "FROM a AS one\nFROM b\nRUN --mount=from=one,target=/x y", []use{{Raw: "a"}, {Raw: "b"}, {Raw: "one", Stage: true}}},
		{"behind ONBUILD", "FROM a\nONBUILD COPY --from=image:1 /x /y", []use{{Raw: "a"}, {Raw: "image:1"}}},
		{"COPY from an official image", "FROM a\nCOPY --from=composer /x /y", []use{{Raw: "a"}, {Raw: "composer"}}},
		{"COPY from an image of somebody", "FROM a\nCOPY --from=acme/tools /x /y", []use{{Raw: "a"}, {Raw: "acme/tools"}}},
		{"COPY from a build context", "FROM a\nCOPY --from=binary_dir /x /y", []use{{Raw: "a"}, {Raw: "binary_dir", Unresolved: true}}},
		{"a mount from a build context", "FROM a\nRUN --mount=from=sources,target=/x y", []use{{Raw: "a"}, {Raw: "sources", Unresolved: true}}},
		{"in a here-document", "FROM a\nRUN <<E\nFROM b\nE", []use{{Raw: "a"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := []use{}
			for _, image := range readDockerfile(t, tt.text).Images {
				got = append(got, use{image.Raw, image.Stage, image.Unresolved})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", tt.text, diff)
			}
		})
	}
}

// Reliability 42
func TestDockerfile_SaysWhatItCannotRead(t *testing.T) {
	tests := []struct {
		name, text             string
		unparsable, incomplete string // part of the message
		line                   int
	}{
		{"comments only", "# a\n# b\n", "file with no instructions", "", 2},
		{"nothing", "", "file with no instructions", "", 1},
		{"no stage", "ARG A=1\n", "there is no FROM in it", "", 1},
		{"something before FROM", "\nRUN a\nFROM b\n", "RUN stands before the first FROM", "", 2},
		{"a typo", "FROM a\nRUNN b\n", "unknown instruction: RUNN", "", 2},
		{"too few arguments", "FROM a\nCOPY b\n", "COPY requires at least two arguments", "", 2},
		{"a value missing", "FROM a\nRUN x\nENV B\n", "ENV must have two arguments", "", 3},
		{"an open here-document", "FROM a\nRUN <<E\nx\n", "unterminated heredoc", "", 2},
		{"another frontend", "# syntax=evil/frontend:1\nFROM a\n", "", `the frontend "evil/frontend:1" builds this file`, 1},
		{"a look-alike frontend", "# syntax=docker/dockerfile-evil\nFROM a\n", "", "docker/dockerfile-evil", 1},
		{"a registry that is not Docker's", "# syntax=x.io/docker/dockerfile:1\nFROM a\n", "", "x.io/docker/dockerfile:1", 1},
		{"the usual frontend", "# syntax=docker/dockerfile:1\nFROM a\n", "", "", 0},
		{"the usual frontend by its digest", "# syntax = docker.io/docker/dockerfile@sha256:aa\nFROM a\n", "", "", 0},
		{"the upstream frontend", "# syntax=docker/dockerfile-upstream:master\nFROM a\n", "", "", 0},
		{"an instruction of a newer frontend", "# syntax=docker/dockerfile:9\nFROM a\nNEW b\n", "", "unknown instruction: NEW", 3},
		{"a script that is none", "FROM a\nRUN if\n", "", "the commands of this RUN cannot be read", 2},
		{"a template", "FROM {{ image }} x\nRUN {{ if }}\nENV A\n", "", "a raw template", 1},
		{"a template that can be split", "FROM {{ image }}\n{{ if }}\nRUN {{ x }}\n{{ end }}\n", "", "a raw template", 1},
		{"a template that brings its FROM", "RUN a\n{% include x %}\n", "", "a raw template", 2},
		{"nested ONBUILD", "FROM a\nONBUILD ONBUILD RUN b\n", "Chaining ONBUILD", "", 2},
		{"ONBUILD without end", "FROM a\n" + strings.Repeat("ONBUILD ", 600), "more than 500 times ONBUILD", "", 1},
		{"expansions without end", "FROM " + strings.Repeat("${a:-", 600), "variables nested deeper than 500 levels", "", 1},
		{"too long", "FROM a\n" + strings.Repeat("#\n", maxDockerfileBytes/2), "more than 524288", "", 1},
		{"too many stages", strings.Repeat("FROM a\n", maxStages+1), "more than 300 stages", "", maxStages + 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := readDockerfile(t, tt.text)
			wantProblem(t, d, "unparsable", d.Unparsable, tt.unparsable, tt.line)
			wantProblem(t, d, "incomplete", d.Incomplete, tt.incomplete, tt.line)
		})
	}
}

func wantProblem(t *testing.T, d *Document, list string, problems []Problem, part string, line int) {
	t.Helper()
	if part == "" {
		if len(problems) > 0 {
			t.Errorf("%s: got %v, want none", list, problems)
		}
		return
	}
	if len(problems) != 1 || !strings.Contains(problems[0].Message, part) {
		t.Fatalf("%s: got %v, want %q", list, problems, part)
	}
	if got := d.Locate(problems[0].Path).Line; got != line {
		t.Errorf("%s: line %d, want %d", list, got, line)
	}
}

// Reliability 42, 54: what the parser panics with may hold a secret.
func TestDockerfile_ThatMakesTheParserPanicIsUnparsable(t *testing.T) {
	documents := newLoader("Dockerfile", "FROM a\n").recovering(func() []*Document { panic("unexpected Tr0ub4dor") })
	wantProblem(t, documents[0], "unparsable", documents[0].Unparsable, "the builder's parser failed on it", 1)
	if told := documents[0].Unparsable[0]; strings.Contains(told.Message, "Tr0ub4dor") || !told.Beyond {
		t.Errorf("got %+v", told)
	}
}

func TestDockerfile_OneBrokenInstructionDoesNotHideTheOthers(t *testing.T) {
	d := readDockerfile(t, "FROM a:latest\nENV LONELY\nUSER root\nENV ALONE\nCOPY x\n")
	if len(d.Unparsable) != 3 || len(d.Images) != 1 || d.Dockerfile.Stages[0].User.State != userRoot {
		t.Errorf("got %d problems, %d images, user %s; want 3, 1, root", len(d.Unparsable), len(d.Images), d.Dockerfile.Stages[0].User.State)
	}
}

func TestDockerfile_AsksTheIgnoreFiles(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  DockerIgnore
	}{
		{"none", nil, DockerIgnore{Known: true}},
		{"beside it", map[string]string{"a/b/.dockerignore": ".git\n.env\n"}, DockerIgnore{Known: true, Present: true, Git: true, Env: true}},
		{"at the root", map[string]string{".dockerignore": "**/.git*\n"}, DockerIgnore{Known: true, Present: true, Git: true}},
		{"under its own name", map[string]string{"a/b/Dockerfile.dockerignore": ".env*\n"}, DockerIgnore{Known: true, Present: true, Env: true}},
		{"between", map[string]string{"a/.dockerignore": "*\n!src\n"}, DockerIgnore{Known: true, Present: true, Git: true, Env: true}},
		{"with an exception", map[string]string{".dockerignore": ".*\n!.env\n"}, DockerIgnore{Known: true, Present: true, Git: true}},
		{"with other things in it", map[string]string{".dockerignore": "# .git\nnode_modules\n"}, DockerIgnore{Known: true, Present: true}},
		{"unreadable", map[string]string{".dockerignore": "!"}, DockerIgnore{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLoader("a/b/Dockerfile", "FROM a\n")
			l.options = &Options{Lookup: func(file string) ([]byte, error) {
				if text, ok := tt.files[file]; ok {
					return []byte(text), nil
				}
				return nil, fs.ErrNotExist
			}}
			if diff := cmp.Diff(tt.want, l.dockerIgnore()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if got := newLoader("Dockerfile", "").dockerIgnore(); got != (DockerIgnore{}) {
		t.Errorf("without a way to ask: got %+v, want unknown", got)
	}
	l := newLoader("Dockerfile", "")
	l.options = &Options{Lookup: func(string) ([]byte, error) { return nil, errors.New("no") }}
	if got := l.dockerIgnore(); got != (DockerIgnore{}) {
		t.Errorf("when asking fails: got %+v, want unknown", got)
	}
}

func TestIsSecretFile(t *testing.T) {
	rows := map[bool][]string{
		true: {
			".env", "config/.env", "./.env", "ID_RSA", "/home/me/.ssh/id_ed25519", ".aws/credentials", "kubeconfig", ".kube/config", ".ssh/", ".netrc",
			".env.production", ".env.prod.local", ".docker/config.json", ".git-credentials",
		},
		false: {
			".env.example", ".env.sample", ".env.template", ".env.dist", ".env.test", "env", ".envrc", "id_rsa.pub", "ca.pem", "cert.pem", "tls.crt", ".npmrc",
			"config.json", "credentials.py", "src/credentials/index.ts", ".", ".htpasswd", "test/fixtures/.env", "package.json", "kube/config", "secrets.go",
		},
	}
	for want, files := range rows {
		for _, file := range files {
			if got := isSecretFile(file); got != want {
				t.Errorf("isSecretFile(%q) = %v, want %v", file, got, want)
			}
		}
	}
}

func TestIsRemoteFile(t *testing.T) {
	rows := map[bool][]string{
		true:  {"https://example.com/a.tgz", "HTTP://example.com/a", "https://example.com/a?x=.git"},
		false: {"a.tgz", "https://github.com/shop/web.git#v1", "git@github.com:shop/web.git", "ftp://a", "https://raw.example.com/web/672a28f0509433e3b4b9bcd4d9cd7668cea7e31a/wait"},
	}
	for want, sources := range rows {
		for _, source := range sources {
			if got := isRemoteFile(source); got != want {
				t.Errorf("isRemoteFile(%q) = %v, want %v", source, got, want)
			}
		}
	}
}

func TestDockerfile_KnowsWhatItIsFor(t *testing.T) {
	const action = "name: x\nruns:\n  using: docker\n  image: Dockerfile\n"
	tests := []struct{ name, file, beside, text, want string }{
		{"an image", "web/Dockerfile", "", "", ""},
		{"a development container", ".devcontainer/web/Dockerfile", "", "", "workbench"},
		{"a development container elsewhere", "examples/a/.codesandbox/Dockerfile", "", "", "workbench"},
		{"a workspace", ".gitpod.Dockerfile", "", "", "workbench"},
		{"an action", ".github/actions/a/Dockerfile", ".github/actions/a/action.yml", action, "action"},
		{"an action at the root", "Dockerfile", "action.yaml", action, "action"},
		{"an action of another image", "Dockerfile.web", "action.yml", action, ""},
		{"an action of another sort", "Dockerfile", "action.yml", "runs: {using: composite}\n", ""},
		{"an action that cannot be read", "Dockerfile", "action.yml", "{", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLoader(tt.file, "FROM a\n")
			l.options = &Options{Lookup: func(file string) ([]byte, error) {
				if file == tt.beside {
					return []byte(tt.text), nil
				}
				return nil, fs.ErrNotExist
			}}
			if got := l.readDockerfile()[0].Dockerfile.Use; got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.file, got, tt.want)
			}
		})
	}
	if got := newLoader("Dockerfile", "").dockerUse(); got != "" {
		t.Errorf("without a way to ask: got %q", got)
	}
}

func TestDockerfile_KnowsArgumentsThatTakeSecrets(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"used in RUN", "ARG NPM_TOKEN\nRUN echo $NPM_TOKEN", []string{"NPM_TOKEN"}},
		{"used in ENV", "ARG NPM_TOKEN\nENV T=${NPM_TOKEN}", []string{"NPM_TOKEN"}},
		{"used in a here-document", "ARG API_KEY\nRUN <<E\ncurl -H \"$API_KEY\"\nE", []string{"API_KEY"}},
		{"used twice", "ARG A_TOKEN\nRUN x $A_TOKEN\nRUN y $A_TOKEN", []string{"A_TOKEN"}},
		{"with an empty default", "ARG A_TOKEN=\nRUN x $A_TOKEN", []string{"A_TOKEN"}},
		{"with itself as its default", "ARG A_TOKEN=${A_TOKEN}\nRUN x $A_TOKEN", []string{"A_TOKEN"}},
		{"public by its name", "ARG NEXT_PUBLIC_API_KEY\nENV NEXT_PUBLIC_API_KEY=$NEXT_PUBLIC_API_KEY", nil},
		{"not used", "ARG NPM_TOKEN\nRUN npm ci", nil},
		{"used before", "RUN x $A_TOKEN\nARG A_TOKEN", nil},
		{"a longer name is used", "ARG TOKEN\nRUN x $TOKEN_FILE", nil},
		{"no secret", "ARG TOKENIZERS_PARALLELISM\nRUN x $TOKENIZERS_PARALLELISM", nil},
		{"a file", "ARG PASSWORD_FILE\nRUN x $PASSWORD_FILE", nil},
		{"an address", "ARG TOKEN_URL\nRUN x $TOKEN_URL", nil},
		{"mounted as a secret", "RUN --mount=type=secret,id=NPM_TOKEN x", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, arg := range readDockerfile(t, "FROM a\n"+tt.text+"\n").Dockerfile.SecretArgs {
				got = append(got, arg.Name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", tt.text, diff)
			}
		})
	}
}

func TestDockerfile_KnowsWhetherTheProgramIsThere(t *testing.T) {
	tests := []struct{ name, text, missing string }{
		{"copied", "FROM scratch\nCOPY --from=b /out/app /app\nENTRYPOINT [\"/app\"]", ""},
		{"copied with its directory", "FROM scratch\nCOPY --from=b /out/ /srv\nENTRYPOINT [\"/srv/app\"]", ""},
		{"copied to the working directory", "FROM scratch\nWORKDIR /srv\nCOPY app .\nENTRYPOINT [\"./app\"]", ""},
		{"not copied", "FROM scratch\nCOPY --from=b /out/app /app\nENTRYPOINT [\"/bin/app\"]", "the stage is built from scratch, and nothing is copied to /bin/app"},
		{"of the image", "FROM alpine\nCMD [\"/usr/bin/thing\"]", ""},
		{"left in the builder", "FROM alpine\nCMD [\"/src/app\"]", "it is made in stage b, and nothing copies it here"},
		{"made by a command here", "FROM alpine\nRUN cp x /src/app\nCMD [\"/src/app\"]", ""},
		{"a name that is looked up", "FROM alpine\nCMD [\"app\"]", ""},
		{"a variable in the target", "FROM scratch\nCOPY app $DIR/\nCMD [\"/x/app\"]", ""},
		{"the parent has it", "FROM scratch AS p\nCOPY app /app\nFROM p\nCMD [\"/app\"]", ""},
		{"ENTRYPOINT before CMD", "FROM scratch\nCOPY app /app\nENTRYPOINT [\"/app\"]\nCMD [\"/serve\"]", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := readDockerfile(t, "FROM golang AS b\nWORKDIR /src\nRUN go build -o app .\n"+tt.text+"\n")
			if got := d.Dockerfile.Program.Missing; got != tt.missing {
				t.Errorf("%s\ngot %q, want %q", tt.text, got, tt.missing)
			}
		})
	}
}

func TestDockerfile_KnowsWhatPackageManagersDo(t *testing.T) {
	tests := []struct {
		name, run string
		want      []PackageUse
	}{
		{"apt with its lists kept", "apt-get update && apt-get install -y gcc=4 curl", []PackageUse{{Manager: "apt", Names: []string{}, Cached: true}, {Manager: "apt", Names: []string{"gcc", "curl"}}}},
		{"apt with its lists removed", "apt-get update && apt-get install -y -t sid gcc && rm -rf /var/lib/apt/lists/*", []PackageUse{{Manager: "apt", Names: []string{}}, {Manager: "apt", Names: []string{"gcc"}}}},
		{"apt that drops its lists", "apt-get update; apt-get install -y gcc; apt-get dist-clean", []PackageUse{{Manager: "apt", Names: []string{}}, {Manager: "apt", Names: []string{"gcc"}}}},
		{"apk with a cache", "apk add --virtual .build gcc", []PackageUse{{Manager: "apk", Names: []string{"gcc"}, Cached: true}}},
		{"apk without", "apk --no-cache add 'gcc>1' musl-dev~=2 && apk del gcc", []PackageUse{{Manager: "apk", Names: []string{"gcc", "musl-dev"}, Removed: true}}},
		{"dnf cleaned", "dnf install -y make && dnf clean all", []PackageUse{{Manager: "dnf", Names: []string{"make"}}}},
		{"dnf not cleaned", "sudo dnf -y install make", []PackageUse{{Manager: "dnf", Names: []string{"make"}, Cached: true}}},
		{"pip", "pip3 install -r requirements.txt flask==2", []PackageUse{{Manager: "pip", Names: []string{"flask"}, Project: true, Cached: true}}},
		{"pip as a module", "python3 -m pip install --no-cache-dir .", []PackageUse{{Manager: "pip", Names: []string{}}}},
		{"npm ci", "npm ci --omit=dev", []PackageUse{{Manager: "npm", Names: []string{}, Project: true}}},
		{"npm with a name", "npm install -g pnpm", []PackageUse{{Manager: "npm", Names: []string{}}}},
		{"yarn alone", "yarn", []PackageUse{{Manager: "yarn", Names: []string{}, Project: true}}},
		{"yarn for something else", "yarn build", nil},
		{"modules of Go", "go mod download", []PackageUse{{Manager: "go", Names: []string{}, Project: true}}},
		{"another use of Go", "go mod tidy", nil},
		{"an update of nothing", "apt list", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := readDockerfile(t, "FROM a\nRUN "+tt.run+"\n").Dockerfile.Stages[0].Instructions[0].Packages
			for i := range got {
				got[i].Path, got[i].Advice = nil, ""
			}
			if diff := cmp.Diff(append([]PackageUse{}, tt.want...), got); diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", tt.run, diff)
			}
		})
	}
}

func TestDockerfile_MountedCachesAreInNoLayer(t *testing.T) {
	d := readDockerfile(t, "FROM a\nENV PIP_NO_CACHE_DIR=1\nRUN pip install a\nRUN --mount=type=cache,target=/var/cache/apk apk add b\n")
	for _, i := range d.Dockerfile.Stages[0].Instructions {
		for _, use := range i.Packages {
			if use.Cached {
				t.Errorf("%s: counted as cached", i.Text)
			}
		}
	}
}
