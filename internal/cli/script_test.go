package cli_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"guard/internal/cli"
	"guard/internal/registry/signature/keyless"
	"guard/internal/registry/signature/verify"
)

// today is the day on which every script runs, so that waivers can end.
var today = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"guard": guard, "guard-sigstore": guardSigstore, "hands-over": handsOver, "peak": peakOf})
}

func guard() {
	world := cli.System()
	world.Now = func() time.Time { return today }
	os.Exit(cli.UntilSignal(func(ctx context.Context) int { return cli.Main(ctx, os.Args[1:], world) }))
}

// guardSigstore is guard with what verifies. The scripts' guard finds it
// beside itself, as where both are installed.
func guardSigstore() {
	world := cli.System()
	world.Now, world.Verify, world.SignKeyless = func() time.Time { return today }, verify.Verify, keyless.Sign
	os.Exit(cli.UntilSignal(func(ctx context.Context) int { return cli.Main(ctx, os.Args[1:], world) }))
}

// TestScript runs the command line as people do, one behaviour a file.
func TestScript(t *testing.T) {
	host, roots := serveImage(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"GITHUB_ACTIONS", "GITLAB_CI", "GITHUB_STEP_SUMMARY", "CI", "NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "GUARD_CONFIG", "GUARD_PROFILE", "GUARD_FAIL_ON", "GUARD_SNAPSHOT",
				"GH_TOKEN", "GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_API_URL", "GITLAB_TOKEN", "CI_PROJECT_PATH", "CI_API_V4_URL",
				"GUARD_REGISTRY_ALLOW", "GUARD_REGISTRY_INSECURE", "GUARD_REGISTRY_REALM", "GUARD_REGISTRY_HOST", "GUARD_REGISTRY_USERNAME", "GUARD_REGISTRY_PASSWORD", "HTTPS_PROXY", "https_proxy",
				"SIGSTORE_ID_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"} {
				env.Setenv(name, "")
			}
			env.Setenv("REGISTRY", host)
			env.Setenv("SSL_CERT_FILE", roots)
			env.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			env.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
			for _, role := range []string{"AUTHOR", "COMMITTER"} {
				env.Setenv("GIT_"+role+"_NAME", "dev")
				env.Setenv("GIT_"+role+"_EMAIL", "dev@example.com")
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "forge": serveForge, "expand": expand},
	})
}

// expand puts the values of variables into files: expand FILE...
func expand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: expand FILE...")
	}
	for _, file := range args {
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(os.Expand(ts.ReadFile(file), ts.Getenv)), 0o644))
	}
}

// exits runs a command and wants one exit code: exits 3 guard check x.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if err != nil {
		code = "?"
		if status, ok := err.(interface{ ExitCode() int }); ok {
			code = string(rune('0' + status.ExitCode()))
		}
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s (%v)", code, args[0], err)
	}
}
