package activity

import (
	"strings"
	"testing"
	"time"

	"guard/internal/pipeline"
)

// What is hostile costs little, and what was not looked at is said to be
// unknown.
func TestFind_Limits(t *testing.T) {
	loop := repository(map[string]string{
		"package.json": `{"scripts": {"a": "npm run b && npm run b && npm run b", "b": "npm run a && npm run a && npm run a"}}`,
		"Makefile":     "a: b\n\tmake b; make b; make b\nb: a\n\tmake a; make a; make a\n" + strings.Repeat("x"+strings.Repeat("$(x)", 50)+" = $(x)$(x)$(x)$(x)\n", 50),
		"justfile":     strings.Repeat("a:\n  just a\n", 2000),
	})
	for name, script := range map[string]string{
		"scripts that call each other": strings.Repeat("npm run a\nmake a\njust a\n", 100),
		"many unknown programs":        strings.Repeat("./test-lint-scan-deploy-build-push.sh\n", 6000),
		"many options":                 "docker build " + strings.Repeat("-a ", 30_000),
		"many requests":                strings.Repeat("x=$(curl https://x.example/health)\n", 2000),
		"many kubeconfigs":             strings.Repeat("DOCKER_HOST=ssh://x docker compose up -d\n", 2000),
		"many edits":                   strings.Repeat("yq -i '.image.tag = \"1\"' values.yaml\n", 2000) + "git push",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			found := Find(readGitHub(t, workflow(script)), Options{Files: loop})
			if took := time.Since(start); took > 60*time.Second {
				t.Errorf("it took %s", took)
			}
			if len(found) > maxFound+100 {
				t.Errorf("%d activities were found", len(found))
			}
		})
	}
}

func TestFind_MoreThanIsLookedAt(t *testing.T) {
	p := readGitHub(t, workflow(strings.Repeat("./test-lint-scan-deploy-build-push.sh\n", 6000)+"kubectl apply -f k8s/"))
	found := Find(p, Options{})
	last := map[string]bool{}
	for _, a := range found[maxFound:] {
		if a.Kind != pipeline.Opaque {
			t.Errorf("a %s was noted past the limit", a.Kind)
		}
		last[a.Like] = true
	}
	for _, kind := range []string{"test", "lint", "typecheck", "coverage", "scan", "build", "push", "deploy"} {
		if !last[kind] {
			t.Errorf("nothing says that a %s may be past the limit", kind)
		}
	}
}
