package report

import (
	"strings"

	"guard/internal/finding"
)

// fixtures are the reports that golden files are made of.
func fixtures() map[string]*finding.Report {
	return map[string]*finding.Report{"empty": emptyReport(), "one": oneReport(), "many": manyReport(), "hostile": hostileReport()}
}

func newReport(findings []finding.Finding, incomplete []finding.Incomplete) *finding.Report {
	r := &finding.Report{
		Version: 1, Tool: finding.Tool{Name: "guard", Version: "0.1.0", Policies: "sha256:" + strings.Repeat("0f", 32)},
		Findings: findings, Incomplete: incomplete, Rules: fixtureRules(),
		Summary: finding.Summary{Files: 12, Documents: 31},
	}
	r.Summarize()
	return r
}

func emptyReport() *finding.Report { return newReport(nil, nil) }

func oneReport() *finding.Report { return newReport([]finding.Finding{tagLatest()}, nil) }

func manyReport() *finding.Report {
	r := newReport([]finding.Finding{
		tagLatest(), secondLatest(), privileged(), userRoot(), wideRunes(), wholeFile(), scriptInjection(), waivedRoot(), baselined(),
	}, []finding.Incomplete{
		{File: "charts/web/templates/deploy.yaml", Line: 1, Reason: "a raw Helm template: render it with its values first"},
		{File: ".gitlab-ci.yml", Line: 4, Reason: "include of a remote file that was not read: https://example.com/ci/build.yml"},
		{File: "k8s/broken.yaml", Reason: "could not be read: permission denied"},
		{File: ".github/workflows/matrix.yml", Line: 12, Reason: "the matrix comes from another job's output"},
		{File: "k8s/huge.yaml", Reason: "12.4 MB, more than the limit of 10 MB"},
		{File: "k8s/pipe", Reason: "a named pipe is not read"},
	})
	r.Pipelines = []finding.Pipeline{deliveryPipeline(), unstartedPipeline()}
	return r
}

func fixtureRules() map[string]finding.Rule {
	rules := map[string]finding.Rule{}
	for _, rule := range []finding.Rule{
		{
			ID: "image/tag-latest", Title: "Image has the tag latest", Severity: finding.High, Action: finding.Deny,
			Description: "The same tag may be another image tomorrow, so nobody can say or repeat what runs.",
			Remediation: "Use a release tag and pin it, e.g. app:1.4.2@sha256:<digest>.", Kinds: []string{"*"}, Profiles: []string{"recommended"}, Since: "0.1.0",
			Frameworks: []string{"CIS-DI-0001"},
			Related:    []finding.RelatedLink{{URL: "https://kubernetes.io/docs/concepts/containers/images/", Description: "Images"}},
		},
		{
			ID: "kubernetes/privileged", Title: "Container is privileged", Severity: finding.Critical, Action: finding.Deny,
			Description: "A privileged container is root on the node.\nIt sees every device.", Remediation: "Remove privileged and add the capabilities that are needed.",
			Kinds: []string{"kubernetes"}, Profiles: []string{"minimal", "recommended"}, Since: "0.1.0",
		},
		{
			ID: "dockerfile/user-root", Title: "Image runs as root", Severity: finding.Medium, Action: finding.Warn,
			Description: "A process that breaks out of the container is root on the node.", Remediation: "End the last stage with a numeric user: USER 10001.",
			Kinds: []string{"dockerfile"}, Profiles: []string{"recommended"}, Since: "0.1.0",
		},
		{
			ID: "pipeline/script-injection", Title: "Script takes text that an outsider writes", Severity: finding.High, Action: finding.Deny,
			Description: "Whoever opens a pull request writes a part of the script.", Remediation: "Pass the value through env and quote it: \"$TITLE\".",
			Kinds: []string{"pipeline"}, Profiles: []string{"recommended"}, Since: "0.1.0",
		},
		{
			ID: "compose/healthcheck-missing", Title: "Service has no health check", Severity: finding.Info, Action: finding.Audit,
			Description: "Nothing notices when the service hangs.", Remediation: "Add a healthcheck.", Kinds: []string{"compose"}, Since: "0.1.0",
		},
	} {
		rules[rule.ID] = rule
	}
	return rules
}

func tagLatest() finding.Finding {
	return finding.Finding{
		Rule: "image/tag-latest", Severity: finding.High, Action: finding.Deny,
		Message:     `web: image "registry.example.com/shop/web:latest" has the tag "latest", which may be another image tomorrow`,
		Remediation: "Use a release tag and pin it, e.g. app:1.4.2@sha256:<digest>.",
		Location:    finding.Location{File: "k8s/web.yaml", Line: 14, Column: 18, EndLine: 14, EndColumn: 54},
		Path:        "spec.template.spec.containers[0].image", Object: "Deployment/shop/web", Fingerprint: "5f1c0ffee5f1c0ff",
		Fix: &finding.Fix{Description: "pin the release", Replacement: "registry.example.com/shop/web:1.4.2"},
		Excerpt: finding.Excerpt{Line: 12, Lines: []string{
			"      containers:", "        - name: web", "          image: registry.example.com/shop/web:latest", "          ports:", "            - containerPort: 8080",
		}},
	}
}

func secondLatest() finding.Finding {
	f := tagLatest()
	f.Message = `migrate: image "shop/migrate" has no tag, which means "latest"`
	f.Location = finding.Location{File: "k8s/web.yaml", Line: 27, Column: 18, EndLine: 27, EndColumn: 30}
	f.Path, f.Fingerprint, f.Fix = "spec.template.spec.initContainers[0].image", "5f1c0ffee5f1c100", nil
	f.Excerpt = finding.Excerpt{Line: 27, Lines: []string{"          image: shop/migrate # schema"}}
	f.Related = []finding.Related{{Message: "the same image has a tag here", Location: finding.Location{File: "k8s/job.yaml", Line: 9, Column: 12}}}
	return f
}

func privileged() finding.Finding {
	return finding.Finding{
		Rule: "kubernetes/privileged", Severity: finding.Critical, Action: finding.Deny, Message: "web: container is privileged",
		Remediation: "Remove privileged and add the capabilities that are needed.",
		Location:    finding.Location{File: "k8s/web.yaml", Line: 21, Column: 13, EndLine: 23, EndColumn: 30},
		Path:        "spec.template.spec.containers[0].securityContext", Object: "Deployment/shop/web", Fingerprint: "aaaa0001",
		Excerpt: finding.Excerpt{Line: 20, Lines: []string{
			"          securityContext:", "            privileged: true", "            runAsUser: 0", "            capabilities: {add: [ALL]}", "          resources: {}",
		}},
	}
}

func userRoot() finding.Finding {
	return finding.Finding{
		Rule: "dockerfile/user-root", Severity: finding.Medium, Action: finding.Warn, Message: `stage final runs as "root"`,
		Remediation: "End the last stage with a numeric user: USER 10001.",
		Location:    finding.Location{File: "Dockerfile", Line: 9, Column: 6, EndLine: 9, EndColumn: 10},
		Path:        "stages[1].user", Object: "stage final", Fingerprint: "bbbb0001",
		Excerpt: finding.Excerpt{Line: 8, Lines: []string{"WORKDIR /app", "USER root", `CMD ["./web"]`}},
	}
}

func wideRunes() finding.Finding {
	return finding.Finding{
		Rule: "dockerfile/user-root", Severity: finding.Medium, Action: finding.Warn, Message: "stage 構築 runs as \"root\"",
		Remediation: "End the last stage with a numeric user: USER 10001.",
		Location:    finding.Location{File: "Dockerfile", Line: 31, Column: 14, EndLine: 31, EndColumn: 18},
		Path:        "stages[2].user", Object: "stage 構築", Fingerprint: "bbbb0002",
		Excerpt: finding.Excerpt{Line: 31, Lines: []string{"\tRUN echo 構築\troot # " + strings.Repeat("long ", 60)}},
	}
}

func wholeFile() finding.Finding {
	return finding.Finding{
		Rule: "compose/healthcheck-missing", Severity: finding.Info, Action: finding.Audit, Message: "no service has a health check",
		Remediation: "Add a healthcheck.", Location: finding.Location{File: "deploy/compose files/compose.yaml"}, Path: "", Fingerprint: "cccc0001",
	}
}

func scriptInjection() finding.Finding {
	return finding.Finding{
		Rule: "pipeline/script-injection", Severity: finding.High, Action: finding.Deny,
		Message:     "job triage: the script contains ${{ github.event.pull_request.title }}, which whoever opens a pull request writes",
		Remediation: "Pass the value through env and quote it: \"$TITLE\".",
		Location:    finding.Location{File: ".github/workflows/triage.yml", Line: 18, Column: 169, EndLine: 18, EndColumn: 207},
		Path:        "jobs.triage.steps[0].run:1", Object: "job triage", Fingerprint: "dddd0001",
		Excerpt: finding.Excerpt{Line: 18, Lines: []string{
			"        run: " + strings.Repeat("curl -fsS https://example.com/a && ", 4) + "echo 'title is ${{ github.event.pull_request.title }}' | tee -a summary.txt",
		}},
	}
}

func waivedRoot() finding.Finding {
	f := userRoot()
	f.File, f.Fingerprint = "legacy/Dockerfile", "bbbb0003"
	f.Waived = &finding.Waived{Reason: "needs port 80 until the proxy moves", Owner: "team-web", Expires: "2027-01-31", Source: "config"}
	return f
}

func baselined() finding.Finding {
	f := tagLatest()
	f.File, f.Fingerprint = "legacy/k8s.yaml", "5f1c0ffee5f1c0ff"
	f.Waived = &finding.Waived{Reason: "baseline", Source: "baseline"}
	return f
}
