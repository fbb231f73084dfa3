package activity

import "guard/internal/pipeline"

// scanRows are the scanners of code, dependencies, images and secrets.
var scanRows = []row{
	{words: "trivy image|i|fs|filesystem|repo|repository|rootfs|config|conf|k8s|sbom|kubernetes", kind: pipeline.Scan, read: trivy},
	{words: "grype|dockle|clair-scanner|clairctl|anchore-cli", kind: pipeline.Scan, read: operandsFrom(0)},
	{words: "docker scout cves|quickview|recommendations|compare", kind: pipeline.Scan, read: operandsFrom(2)},
	{words: "docker scan", kind: pipeline.Scan, read: operandsFrom(1)},
	{words: "snyk test|container|code|iac|monitor", kind: pipeline.Scan, read: nothing},
	{words: "semgrep|bandit|gosec|govulncheck|nancy|safety|pip-audit|osv-scanner|gitleaks|trufflehog|trufflehog3|detect-secrets|git-secrets|ggshield|checkov|tfsec|terrascan|kics|kubesec|kubescape|kube-bench|kube-hunter|njsscan|nodejsscan|retire|audit-ci|better-npm-audit|npm-audit-resolver|bundler-audit|bundle-audit|brakeman|dawn|dependency-check|dependency-check.sh|sonar-scanner|dotnet-sonarscanner|codeql|horusec|mobsfscan|spotbugs|findsecbugs|flawfinder|security-checker|local-php-security-checker|psecio|enlightn|zap-baseline.py|zap-full-scan.py|zap-api-scan.py|zap.sh|nikto|nuclei|wapiti|sslyze|testssl.sh|prowler|scoutsuite|cloudsploit|twistcli|wizcli|lw-scanner|xeol|vexctl|veracode|fossa|whitesource|mend|blackduck|detect.sh|synopsys-detect|fortify|sourceanalyzer|checkmarx|appthreat|slscan|dep-scan|depscan|bearer|shhgit|talisman|auditjs|guarddog|scorecard|cargo-audit|cargo-deny|steampipe|kubeaudit|clamscan|clamdscan|noseyparker|kingfisher|betterleaks|opengrep|docker-bench-security", kind: pipeline.Scan, when: scans, read: nothing},
	{words: "npm|pnpm|bun audit", kind: pipeline.Scan, read: nothing},
	{words: "yarn audit", kind: pipeline.Scan, read: nothing},
	{words: "yarn npm audit", kind: pipeline.Scan, read: nothing},
	{words: "uv audit", kind: pipeline.Scan, read: nothing},
	{words: "poetry audit", kind: pipeline.Scan, read: nothing},
	{words: "pipenv check", kind: pipeline.Scan, read: nothing},
	{words: "dotnet list", kind: pipeline.Scan, with: "--vulnerable", read: nothing},
	{words: "gcloud artifacts docker images scan", kind: pipeline.Scan, read: nothing},
	{words: "az acr check-health", kind: ""},
	{words: "aws ecr start-image-scan|wait|describe-image-scan-findings", kind: pipeline.Scan, when: func(c *call) bool { return c.operand(1) != "wait" || c.operand(2) == "image-scan-complete" }, read: nothing},
	{words: "jf audit|scan", kind: pipeline.Scan, read: nothing},
	{words: "jf docker", kind: pipeline.Scan, when: targetNamed("scan"), read: nothing},
	{words: "cx scan", kind: pipeline.Scan, read: nothing},
	{words: "regula run", kind: pipeline.Scan, read: nothing},
	{words: "opa test", kind: pipeline.Test, read: nothing},
	{words: "opa check|fmt", kind: pipeline.Lint, read: nothing},
	{words: "guard check", kind: pipeline.Lint, read: nothing},
}

// scans tells whether a scanner does more than log in or write a baseline.
func scans(c *call) bool {
	return !isOneOf(c.operand(0), "auth|login|version|install|update|config|plugins|init|db")
}

// trivy reads an image that is scanned. Without --exit-code it finds and
// says, and fails for nothing.
func trivy(c *call, a *pipeline.Activity) {
	if isOneOf(c.operand(0), "image|i") && len(c.operands) > 1 {
		a.Images = operandsOf(c.operands[1:2])
	}
	if code := c.value("--exit-code"); code == "" || code == "0" {
		a.Weak = "trivy without --exit-code: it exits with 0 whatever it finds"
	}
}
