package activity

import (
	"path"
	"strings"
	"sync"

	"guard/internal/pipeline"
)

type kinds = []pipeline.ActivityKind

var (
	aBuild       = kinds{pipeline.Build}
	aPush        = kinds{pipeline.Push}
	aDeploy      = kinds{pipeline.Deploy}
	aTest        = kinds{pipeline.Test}
	aLint        = kinds{pipeline.Lint}
	aTypecheck   = kinds{pipeline.Typecheck}
	aCoverage    = kinds{pipeline.Coverage}
	aScan        = kinds{pipeline.Scan}
	aSign        = kinds{pipeline.Sign}
	aAttest      = kinds{pipeline.Attest}
	aNotify      = kinds{pipeline.Notify}
	aApproval    = kinds{pipeline.Approval}
	aCredentials = kinds{pipeline.Credentials}
)

// actions are the actions of GitHub, the tasks of Azure, and the templates and
// components of GitLab that are known to do what rules ask for.
var githubActions = []action{
	// Images.
	{uses: "docker/build-push-action|depot/build-push-action|useblacksmith/build-push-action|namespacelabs/nscloud-build-push-action", kinds: aBuild, images: "tags", push: "push", read: buildPush},
	{uses: "docker/build-push-action|depot/build-push-action|useblacksmith/build-push-action", kinds: aAttest, images: "tags", when: buildAttests},
	{uses: "docker/bake-action|depot/bake-action", kinds: aBuild, push: "push", read: bakeAction},
	{uses: "redhat-actions/buildah-build", kinds: aBuild, read: buildahAction},
	{uses: "redhat-actions/push-to-registry", kinds: aPush, read: pushToRegistry},
	{uses: "elgohr/publish-docker-github-action|elgohary/publish-docker-github-action", kinds: aBuild, read: elgohr},
	{uses: "macbre/push-to-ghcr|mr-smithers-excellent/docker-build-push|whoan/docker-build-with-cache-action|ilteoood/docker_buildx|zenato/docker-build-push-action|jerray/publish-docker-action|opspresso/action-docker|aws-actions/docker-build-push|int128/docker-build-summary-action|int128/kaniko-action|aevea/action-kaniko|stefanprodan/docker-build-push", kinds: aBuild, images: "tags|image_name|image", read: unknownPush},
	{uses: "ko-build/setup-ko"},
	{uses: "buildpacks/github-actions/pack*|dfreilich/pack-action", kinds: aBuild, read: unknownPush},
	{uses: "akhilerm/tag-push-action", kinds: aPush, images: "dst"},
	{uses: "devcontainers/ci", kinds: aBuild, images: "imageName", push: "push", script: "runCmd", read: devcontainer},
	{uses: "google-github-actions/deploy-cloud-functions|google-github-actions/deploy-appengine", kinds: aDeploy},
	{uses: "goreleaser/goreleaser-action", kinds: kinds{pipeline.Opaque}, read: goreleaser},

	// Deployments.
	{uses: "azure/k8s-deploy", kinds: aDeploy, images: "images", files: "manifests", read: k8sDeploy},
	{uses: "azure/k8s-bake", kinds: kinds{}},
	{uses: "azure/k8s-set-context|azure/aks-set-context|azure/k8s-actions/k8s-set-context|google-github-actions/get-gke-credentials|redhat-actions/oc-login|tale/kubectl-action|silverlyra/setup-aks|helm/kind-action|engineerd/setup-kind|absa-group/k3d-action|nolar/setup-k3d-k3s|manusa/actions-setup-minikube|debianmaster/actions-k3s|container-tools/kind-action|balchua/microk8s-actions|azure/setup-kubeconfig|digitalocean/k8s-set-context|vultr/kubeconfig-action|teleport-actions/auth-k8s|*/setup-kind|*/*/setup-kind|*/setup-k3d|*/*/setup-k3d|*/setup-minikube|*/*/setup-minikube", kinds: aCredentials},
	{uses: "helm/kind-action|engineerd/setup-kind|absa-group/k3d-action|nolar/setup-k3d-k3s|manusa/actions-setup-minikube|debianmaster/actions-k3s|container-tools/kind-action|balchua/microk8s-actions|*/setup-kind|*/*/setup-kind|*/setup-k3d|*/*/setup-k3d|*/setup-minikube|*/*/setup-minikube", kinds: kinds{sandbox}},
	{uses: "actions-hub/kubectl|steebchen/kubectl|ameydev/gke-kubectl-action|koslib/helm-eks-action|kodermax/kubectl-aws-eks", kinds: aCredentials, args: "kubectl:args", when: func(u *useCall) bool { return u.value("args") != "" && !strings.HasPrefix(u.value("command"), "helm") }},
	{uses: "koslib/helm-eks-action", kinds: aCredentials, script: "command"},
	{uses: "stefanprodan/kube-tools", script: "command"},
	{uses: "deliverybot/helm|bitovi/github-actions-deploy-eks-helm|wyrihaximus/github-action-helm3|dysnix/helm-chart-deploy|j30-x/helm-deploy|vimeda/helm|glopezep/helm", kinds: aDeploy, files: "chart|chart-path|values|value-files|values-files|config-files", read: helmAction},
	{uses: "argoproj-labs/argocd-deploy-action|clowdhaus/argo-cd-action|omegion/argocd-actions|opspresso/action-argocd|kvendingoldo/argocd-sync", kinds: aDeploy, read: argocdAction},
	{uses: "aws-actions/amazon-ecs-deploy-task-definition", kinds: aDeploy, read: ecsDeploy},
	{uses: "aws-actions/amazon-ecs-deploy-task-definition", kinds: kinds{pipeline.Wait}, when: inputTrue("wait-for-service-stability"), read: ecsDeploy},
	{uses: "aws-actions/amazon-ecs-render-task-definition", kinds: kinds{edit}, images: "image"},
	{uses: "aws-actions/aws-lambda-deploy", kinds: aDeploy, images: "image-uri"},
	{uses: "aws-actions/aws-cloudformation-github-deploy|einaregilsson/beanstalk-deploy|appleboy/lambda-action|aws-actions/amazon-app-runner-deploy|awslabs/amazon-app-runner-deploy", kinds: aDeploy, images: "image"},
	{uses: "google-github-actions/deploy-cloudrun", kinds: aDeploy, images: "image", read: targetInputs("service", "service|job|metadata", "", "")},
	{uses: "google-github-actions/create-cloud-deploy-release", kinds: aDeploy, images: "images"},
	{uses: "azure/webapps-deploy", kinds: aDeploy, images: "images", read: targetInputs("webapp", "app-name", "", "slot-name")},
	{uses: "azure/webapps-container-deploy", kinds: aDeploy, images: "container-image-name", read: targetInputs("webapp", "app-name", "", "")},
	{uses: "azure/functions-action|azure/functions-container-action|azure/aci-deploy|azure/container-apps-deploy-action|azure/static-web-apps-deploy|azure/arm-deploy|azure/bicep-deploy", kinds: aDeploy, images: "image|imageToDeploy", read: targetInputs("app", "app-name|containerAppName|name", "", "")},
	{uses: "superfly/flyctl-actions", args: "flyctl:args"},
	{uses: "akhileshns/heroku-deploy|gonuit/heroku-docker-deploy|amondnet/vercel-action|bervproject/railway-deploy|johnbeynon/render-deploy-action|cloudflare/wrangler-action|cloudflare/pages-action|nwtgck/actions-netlify|netlify/actions/*|firebaseextended/action-hosting-deploy|w9jds/firebase-action|serverless/github-action|digitalocean/app_action|digitalocean/app_action/deploy|hashicorp/tfc-workflows-github/actions/apply-run|dokku/github-action|caprover/deploy-from-github|burnett01/rsync-deployments|samkirkland/ftp-deploy-action|easingthemes/ssh-deploy|wlixcc/sftp-deploy-action|up9cloud/action-rsync", kinds: aDeploy, when: deploysAction},
	{uses: "appleboy/scp-action", kinds: kinds{pipeline.Opaque}, read: func(_ *useCall, a *pipeline.Activity) { a.Like = string(pipeline.Deploy) }}, // files: a site perhaps, perhaps a report
	{uses: "appleboy/ssh-action|fifsky/ssh-action|garygrossgarten/github-action-ssh", read: nil, kinds: kinds{}, when: sshAction},
	{uses: "cssnr/stack-deploy-action|serversideup/github-action-docker-swarm-deploy|sagebind/docker-swarm-deploy-action|wshihadeh/docker-deployment-action|kitconcept/docker-stack-deploy|alcharra/docker-deploy-action", kinds: aDeploy, files: "stack_file|stack-file|stack_file_name|file", read: targetInputs("stack", "name|stack_name|stack-name", "", "")},
	{uses: "pulumi/actions", kinds: aDeploy, when: inputIs("command", "up|update")},
	{uses: "dflook/terraform-apply|gruntwork-io/terragrunt-action", kinds: aDeploy, when: func(u *useCall) bool {
		return u.value("tg_command") == "" || strings.Contains(u.value("tg_command"), "apply")
	}},
	{uses: "peaceiris/actions-gh-pages|jamesives/github-pages-deploy-action|actions/deploy-pages|crazy-max/ghaction-github-pages|s0/git-publish-subdir-action"},
	{uses: "fjogeleit/yaml-update-action|mikefarah/yq", kinds: kinds{edit}, script: "cmd", read: yamlUpdate, when: func(u *useCall) bool { return u.value("cmd") == "" }},
	{uses: "mikefarah/yq", script: "cmd"},
	{uses: "fjogeleit/yaml-update-action", kinds: kinds{commit}, when: func(u *useCall) bool { return u.value("commitChange") != "false" && u.value("createPR") != "true" }},
	{uses: "stefanzweifel/git-auto-commit-action|endbug/add-and-commit|ad-m/github-push-action|devops-infra/action-commit-push|github-actions-x/commit|actions-js/push|dmnemec/copy_file_to_another_repo_action|planetscale/ghcommit-action", kinds: kinds{commit}},
	{uses: "karancode/kustomize-github-action"},

	// Approval, notification, credentials.
	{uses: "trstringer/manual-approval", kinds: aApproval},
	{uses: "slackapi/slack-github-action|8398a7/action-slack|rtcamp/action-slack-notify|act10ns/slack|voxmedia/github-action-slack-notify-build|ravsamhq/notify-slack-action|edge/simple-slack-notify|lazy-actions/slatify|pullreminders/slack-action|archive/github-actions-slack|craftech-io/slack-action|someimportantcompany/github-actions-slack-message|sarisia/actions-status-discord|ilshidur/action-discord|tsickert/discord-webhook|rjstone/discord-webhook-notify|appleboy/discord-action|appleboy/telegram-action|dawidd6/action-send-mail|skitionek/notify-microsoft-teams|jdcargile/ms-teams-notification|aliencube/microsoft-teams-actions|toko-bifrost/ms-teams-deploy-card|mattermost/action-mattermost-notify|pagerduty/*|zulip/github-actions-zulip/*", kinds: aNotify},
	{uses: "marocchino/sticky-pull-request-comment|peter-evans/create-or-update-comment|thollander/actions-comment-pull-request|mshick/add-pr-comment", kinds: aNotify},

	// Scans.
	{uses: "aquasecurity/trivy-action|aquasecurity/trivy", kinds: aScan, images: "image-ref", read: trivyAction},
	{uses: "anchore/scan-action", kinds: aScan, images: "image", read: anchore},
	{uses: "snyk/actions|snyk/actions/*|snyk/actions/**|github/codeql-action/analyze|actions/dependency-review-action|gitleaks/gitleaks-action|zricethezav/gitleaks-action|trufflesecurity/trufflehog|semgrep/semgrep-action|returntocorp/semgrep-action|sonarsource/sonarcloud-github-action|sonarsource/sonarqube-scan-action|sonarsource/sonarqube-quality-gate-action|bridgecrewio/checkov-action|aquasecurity/tfsec-action|aquasecurity/tfsec-pr-commenter-action|tenable/terrascan-action|checkmarx/**|checkmarx/kics-github-action|securego/gosec|golang/govulncheck-action|pyupio/safety-action|pypa/gh-action-pip-audit|jpetrucciani/bandit-check|pycqa/bandit-action|tj-actions/bandit|mdegis/bandit-action|shundor/python-bandit-scan|rustsec/audit-check|actions-rs/audit-check|actions-rust-lang/audit|embarkstudios/cargo-deny-action|ossf/scorecard-action|google/osv-scanner-action/**|google/osv-scanner-action|dependency-check/dependency-check_action|zaproxy/action-*|docker/scout-action|azure/container-scan|crazy-max/ghaction-container-scan|sysdiglabs/scan-action|lacework/lw-scanner-action|paloaltonetworks/prisma-cloud-scan|veracode/**|fossas/fossa-action|gitguardian/ggshield-action|gitguardian/ggshield/actions/*|oxsecurity/ox-security-scan|microsoft/security-devops-action|microsoft/devskim-action|symfonycorp/security-checker-action|kubescape/github-action|controlplaneio/kubesec-action|bearer/bearer-action|edplato/trufflehog-actions-scan|debricked/actions|shiftleftsecurity/scan-action|zizmorcore/zizmor-action|projectdiscovery/nuclei-action|endorlabs/github-action", kinds: aScan},
	{uses: "stackrox/kube-linter-action|azure/k8s-lint|hadolint/hadolint-action|jbergstroem/hadolint-gh-action|brpaz/hadolint-action", kinds: aLint},
	{uses: "goodwithtech/dockle-action|erzz/dockle-action|hands-lab/dockle-action", kinds: aScan},
	{uses: "anchore/sbom-action", kinds: kinds{}},

	// Signatures and attestations.
	{uses: "actions/attest|actions/attest-build-provenance|actions/attest-sbom", kinds: aAttest, images: "subject-name"},
	{uses: "slsa-framework/slsa-github-generator/**", kinds: aAttest, images: "image"},
	{uses: "notaryproject/notation-action/sign", kinds: aSign, images: "target_artifact_reference"},

	// Linters.
	{uses: "golangci/golangci-lint-action", kinds: aLint, read: goldenArgs},
	{uses: "dominikh/staticcheck-action|reviewdog/**|super-linter/super-linter|super-linter/super-linter/slim|github/super-linter|github/super-linter/slim|oxsecurity/megalinter|oxsecurity/megalinter/**|megalinter/megalinter|megalinter/megalinter/**|trunk-io/trunk-action|pre-commit/action|j178/prek-action|psf/black|isort/isort-action|py-actions/flake8|suo/flake8-github-action|ludeeus/action-shellcheck|redhat-plumbers-in-action/differential-shellcheck|azohra/shell-linter|ibiqlik/action-yamllint|karancode/yamllint-github-action|frenck/action-yamllint|rhysd/actionlint|raven-actions/actionlint|devops-actions/actionlint|docker://rhysd/actionlint|docker://hadolint/hadolint|docker://koalaman/shellcheck*|wagoid/commitlint-github-action|amannn/action-semantic-pull-request|crate-ci/typos|codespell-project/actions-codespell|streetsidesoftware/cspell-action|rojopolis/spellcheck-github-actions|check-spelling/check-spelling|lycheeverse/lychee-action|gaurav-nelson/github-action-markdown-link-check|tcort/github-action-markdown-link-check|avto-dev/markdown-lint|davidanson/markdownlint-cli2-action|nosborn/github-action-markdown-cli|articulate/actions-markdownlint|docker://avtodev/markdown-lint|errata-ai/vale-action|vale-cli/vale-action|ansible/ansible-lint|ansible-community/ansible-lint-action|ansible/ansible-lint-action|bufbuild/buf-lint-action|bufbuild/buf-breaking-action|stoplightio/spectral-action|actionshub/markdownlint|creyd/prettier_action|actionsx/prettier|wearerequired/lint-action|stefanoeb/eslint-action|sibiraj-s/action-eslint|actions-rs/clippy-check|auguwu/clippy-action|giraffate/clippy-action|actions-rust-lang/rustfmt|mbrobbel/rustfmt-check|clechasseur/rs-clippy-check|jidicula/clang-format-action|doozyx/clang-format-lint-action|cpp-linter/cpp-linter-action|fsfe/reuse-action|apache/skywalking-eyes|apache/skywalking-eyes/**|greut/eclint-action|docker://norwoodj/helm-docs|chartboost/ruff-action|yannh/kubeconform|docker://ghcr.io/yannh/kubeconform|instrumenta/kubeval-action|oskarstark/php-cs-fixer-ga|docker://oskarstark/php-cs-fixer-ga|overtrue/phplint|johnnymorganz/stylua-action|lunarmodules/luacheck|codacy/codacy-analysis-cli-action|norio-nomura/action-swiftlint|zgosalvez/github-actions-ensure-sha-pinned-actions|obi1kenobi/cargo-semver-checks-action|bnjbvr/cargo-machete|dprint/check", kinds: aLint},
	{uses: "astral-sh/ruff-action", kinds: aLint, when: func(u *useCall) bool { return !strings.HasPrefix(u.value("args"), "--version") }},
	{uses: "biomejs/setup-biome"},
	{uses: "tsuyoshicho/action-mypy|sasanquaneuf/mypy-github-action|jakebailey/pyright-action|jpetrucciani/mypy-check", kinds: aTypecheck},
	{uses: "jpetrucciani/ruff-check|jpetrucciani/black-check|jpetrucciani/*-check", kinds: aLint, when: func(u *useCall) bool {
		return !strings.Contains(u.step.Uses.Raw, "mypy") && !strings.Contains(u.step.Uses.Raw, "bandit")
	}},

	// Tests and coverage.
	{uses: "cypress-io/github-action", kinds: aTest, when: func(u *useCall) bool { return u.value("runTests") != "false" }},
	{uses: "codecov/codecov-action|coverallsapp/github-action|paambaati/codeclimate-action|codacy/codacy-coverage-reporter-action|py-cov-action/python-coverage-comment-action|irongut/codecoveragesummary|5monkeys/cobertura-action|romeovs/lcov-reporter-action|artiomtr/jest-coverage-report-action|davelosert/vitest-coverage-report-action|madrapps/jacoco-report|vladopajic/go-test-coverage|qltysh/qlty-action/coverage|orgoro/coverage|insightsengineering/coverage-action|zgosalvez/github-actions-report-lcov|shogo82148/actions-goveralls|jandelgado/gcov2lcov-action|deepsourcelabs/test-coverage-action|mishakav/pytest-coverage-comment", kinds: aCoverage},
	{uses: "browserstack/*|saucelabs/sauce-connect-action", kinds: kinds{}},
	{uses: "nick-fields/retry|nick-invision/retry|wandalen/wretry.action", script: "command", kinds: kinds{}},
	{uses: "gabrielbb/xvfb-action|coactions/setup-xvfb", script: "run"},
	{uses: "reactivecircus/android-emulator-runner", script: "script"},
	{uses: "addnab/docker-run-action", script: "run"},
	{uses: "borales/actions-yarn", args: "yarn:cmd"},
	{uses: "actions-rs/cargo|clechasseur/rs-cargo", args: "cargo:command"},
	{uses: "houseabsolute/actions-rust-cross", args: "cargo:command"},
	{uses: "gradle/gradle-build-action|gradle/actions/setup-gradle|eskatos/gradle-command-action|burrunan/gradle-cache-action", args: "gradle:arguments", when: func(u *useCall) bool { return u.value("arguments") != "" }},
	{uses: "nrwl/nx-set-shas|nrwl/last-successful-commit-action"},
	{uses: "matlab-actions/run-tests|ros-tooling/action-ros-ci|ros-industrial/industrial_ci|php-actions/phpunit|php-actions/codeception|treosh/lighthouse-ci-action|foo-software/lighthouse-check-action|grafana/k6-action|grafana/run-k6-action|matt-ball/newman-action|anthonyvscode/newman-action|pavelzw/pytest-action|fylein/python-pytest-github-action|robherley/go-test-action|n8maninger/action-golang-test|jakejarvis/lighthouse-action|chromaui/action|percy/exec-action", kinds: aTest},
	{uses: "php-actions/phpstan", kinds: kinds{pipeline.Typecheck, pipeline.Lint}},
	{uses: "php-actions/composer|ramsey/composer-install", kinds: kinds{pipeline.Install}},
	{uses: "php-actions/phpcs", kinds: aLint},
	{uses: "bahmutov/npm-install|bahmutov/npm-install/*", kinds: kinds{pipeline.Install}, read: lockedAction},
	{uses: "dorny/test-reporter|mikepenz/action-junit-report|enricomi/publish-unit-test-result-action|enricomi/publish-unit-test-result-action/**|phoenix-actions/test-reporting|test-summary/action|ctrf-io/github-test-reporter|scacap/action-surefire-report|pmeier/pytest-results-action", kinds: kinds{}},
	{uses: "azure/cli|azure/powershell", script: "inlineScript"},
	{uses: "jnwng/github-app-installation-token-action"},
	{uses: "jtalk/url-health-check-action", kinds: kinds{probe}},
}

// harmlessActions do nothing that a rule asks for.
var harmlessActions = []string{
	"actions/checkout", "actions/cache", "actions/cache/*", "actions/upload-artifact", "actions/upload-artifact/*", "actions/download-artifact", "actions/setup-*", "actions/labeler", "actions/stale", "actions/first-interaction", "actions/create-release", "actions/upload-release-asset",
	"actions/add-to-project", "actions/create-github-app-token", "actions/configure-pages", "actions/upload-pages-artifact", "actions/jekyll-build-pages", "actions/toolkit", "actions/delete-package-versions", "actions/hello-world-*", "actions/checkout/*",
	"*/*/*login*", "*/*/*logout*", "*/*/get-keyvault-secrets", "peter-evans/close-issue", "*/*labeler*", "dessant/lock-threads",
	"*/setup-*", "*/*/setup-*", "*/*-setup", "*/*/setup", "*/setup*", "docker/login-action", "docker/metadata-action", "docker/setup-*", "dorny/paths-filter", "tj-actions/changed-files", "tj-actions/*files*", "tj-actions/branch-names", "tj-actions/glob", "step-security/harden-runner", "softprops/action-gh-release", "ncipollo/release-action",
	"svenstaro/upload-release-action", "release-drafter/release-drafter", "googleapis/release-please-action", "google-github-actions/release-please-action", "google-github-actions/auth", "azure/login", "azure/docker-login", "azure/setup-*", "aws-actions/configure-aws-credentials", "aws-actions/amazon-ecr-login", "hashicorp/setup-*", "hashicorp/vault-action",
	"pnpm/action-setup", "oven-sh/setup-bun", "denoland/setup-deno", "volta-cli/action", "dtolnay/rust-toolchain", "dtolnay/rust-toolchain/*", "actions-rs/toolchain", "actions-rust-lang/setup-rust-toolchain", "actions-rs/install", "swatinem/rust-cache", "taiki-e/install-action", "taiki-e/cache-cargo-install-action", "taiki-e/upload-rust-binary-action", "taiki-e/create-gh-release-action",
	"moonrepo/setup-rust", "mozilla-actions/sccache-action", "hendrikmuhs/ccache-action", "baptiste0928/cargo-install", "rui314/setup-mold", "ilammy/msvc-dev-cmd", "lukka/get-cmake", "lukka/run-vcpkg", "seanmiddleditch/gha-setup-ninja", "awalsh128/cache-apt-pkgs-action", "shivammathur/setup-php", "ruby/setup-ruby", "erlef/setup-beam", "julia-actions/cache", "julia-actions/setup-julia",
	"r-lib/actions/setup-*", "conda-incubator/setup-miniconda", "mamba-org/setup-micromamba", "mamba-org/provision-with-micromamba", "prefix-dev/setup-pixi", "astral-sh/setup-uv", "snok/install-poetry", "abatilo/actions-poetry", "gradle/wrapper-validation-action", "gradle/actions/wrapper-validation", "gradle/actions/dependency-submission",
	"cachix/install-nix-action", "cachix/cachix-action", "determinatesystems/**", "nixbuild/nix-quick-install-action", "webfactory/ssh-agent", "shimataro/ssh-key-action", "tailscale/github-action", "google-github-actions/setup-gcloud", "google-github-actions/get-secretmanager-secrets", "sigstore/cosign-installer", "anchore/sbom-action", "anchore/sbom-action/*", "imjasonh/setup-crane", "helm/chart-releaser-action", "helm/chart-testing-action",
	"github/codeql-action/init", "github/codeql-action/autobuild", "github/codeql-action/upload-sarif", "peter-evans/create-pull-request", "peter-evans/create-issue-from-file", "peter-evans/dockerhub-description", "peter-evans/find-comment", "peter-evans/enable-pull-request-automerge", "repo-sync/pull-request", "dependabot/fetch-metadata", "hmarr/auto-approve-action", "pascalgn/automerge-action", "ahmadnassri/action-dependabot-auto-merge",
	"actions-cool/*", "kentaro-m/auto-assign-action", "toshimaru/auto-author-assign", "mathieudutour/github-tag-action", "anothrnick/github-tag-action", "paulhatch/semantic-version", "gittools/actions/**", "jwalton/gh-find-current-pr", "8bitjonny/gh-get-current-pr", "rlespinasse/github-slug-action", "frabert/replace-string-action", "mikefarah/yq", "dcarbone/install-yq-action", "dcarbone/install-jq-action",
	"jlumbroso/free-disk-space", "easimon/maximize-build-space", "insightsengineering/disk-space-reclaimer", "styfle/cancel-workflow-action", "n1hility/cancel-previous-runs", "potiuk/cancel-workflow-runs", "fkirc/skip-duplicate-actions", "technote-space/*", "lewagon/wait-on-check-action", "fountainhead/action-wait-for-check", "re-actors/alls-green", "mxschmitt/action-tmate", "browser-actions/setup-*", "nanasess/setup-*", "supercharge/*-github-action", "harmon758/postgresql-action",
	"ikalnytskyi/action-setup-postgres", "ankane/setup-*", "getong/*", "jwlawson/actions-setup-cmake", "crazy-max/ghaction-setup-*", "crazy-max/ghaction-dump-context", "crazy-max/ghaction-import-gpg", "crazy-max/ghaction-github-runtime", "crazy-max/ghaction-upx", "crazy-max/ghaction-docker-meta", "hynek/build-and-inspect-python-package", "hynek/setup-cached-uv", "pypa/gh-action-pypi-publish", "pypa/cibuildwheel", "pyo3/maturin-action", "js-devtools/npm-publish", "changesets/action", "cycjimmy/semantic-release-action",
	"crowdin/github-action", "allenevans/set-env", "c-py/action-dotenv-to-setenv", "cardinalby/*", "bobheadxi/deployments", "chrnorm/deployment-action", "chrnorm/deployment-status", "avakar/*", "jossef/action-set-json-field", "noliran/branch-based-secrets", "1password/load-secrets-action", "1password/load-secrets-action/*", "dopplerhq/*", "infisical/secrets-action", "aws-actions/aws-secretsmanager-get-secrets", "jakejarvis/wait-action", "juliangruber/sleep-action", "actions/publish-immutable-action", "actions/ai-inference",
	"jurplel/install-qt-action", "maxim-lobanov/setup-xcode", "subosito/flutter-action", "android-actions/setup-android", "expo/expo-github-action", "codecov/test-results-action", "runs-on/*", "extractions/setup-*", "arduino/setup-*", "asdf-vm/actions/*", "jdx/mise-action", "jetpack-io/devbox-install-action", "jetify-com/devbox-install-action", "sparkfabrik/*setup*", "korthout/backport-action", "tibdex/*", "zeebe-io/backport-action", "msys2/setup-msys2", "cygwin/cygwin-install-action",
	"egor-tensin/*", "docker/actions-toolkit", "useblacksmith/*", "depot/setup-action", "depot/use-action", "namespacelabs/nscloud-*", "buildjet/*", "ad-m/report-git-clone-size", "nelonoel/branch-name", "jitterbit/get-changed-files", "trilom/file-changes-action", "getsentry/action-release", "getsentry/action-*", "bugsnag/*", "newrelic/*marker*", "datadog/*", "launchdarkly/*", "atlassian/gajira-*", "vimtor/action-zip", "thedoctor0/zip-release", "papeloto/action-zip", "suzuki-shunsuke/**", "aquaproj/aqua-installer",
}

// harmlessTasks are those of Azure, without their versions.
var harmlessTasks = words(`usepythonversion usenode nodetool usedotnet gotool userubyversion javatoolinstaller dockerinstaller helminstaller kubectlinstaller kubeloginstaller usepackage cache checkout download downloadbuildartifacts downloadpipelineartifact
	publishbuildartifacts publishpipelineartifact publishtestresults copyfiles archivefiles extractfiles deletefiles replacetokens azurekeyvault downloadsecurefile npmauthenticate pipauthenticate twineauthenticate nugetauthenticate mavenauthenticate nugettoolinstaller
	nugetcommand githubrelease delay installsshkey addsshkey terraforminstaller conda condaenvironment condaauthenticate installappleprovisioningprofile installapplecertificate publishsymbols sonarqubeprepare sonarcloudprepare setvariable gitversion azureappconfiguration reviewapp publishtoazureservicebus`)

// harmlessSplit is harmlessActions, split into names and patterns for speed.
var harmlessSplit = sync.OnceValues(func() (names map[string]bool, globs []string) {
	names = make(map[string]bool, len(harmlessActions))
	for _, pattern := range harmlessActions {
		if strings.Contains(pattern, "*") {
			globs = append(globs, pattern)
		} else {
			names[pattern] = true
		}
	}
	return names, globs
})

func isHarmlessAction(name string) bool {
	names, patterns := harmlessSplit()
	if bare, _, _ := strings.Cut(name, "@"); harmlessTasks()[bare] || names[name] {
		return true
	}
	for _, pattern := range patterns {
		if like, _ := path.Match(pattern, name); like || isBelow(pattern, name) {
			return true
		}
	}
	return false
}

// isBelow tells whether a pattern that ends in /** stands for a name.
func isBelow(pattern, name string) bool {
	begin, open := strings.CutSuffix(pattern, "**")
	return open && strings.HasPrefix(name, begin)
}
