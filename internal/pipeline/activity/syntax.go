package activity

// syntax says how the command line of a program, or of its subcommand, is
// written.
type syntax struct {
	values string // the options that take a value
	runs   bool   // another program's command line stands behind some operands, or behind --
	after  int    // how many operands stand before that program
	until  string // the option whose value is the first word of that program
}

// tail is how many operands stand before another program; negative where none
// follows.
func (s syntax) tail() int {
	if s.runs {
		return s.after
	}
	return -1
}

const (
	dockerFlags      = "-H --host --context -c --config -l --log-level --tlscacert --tlscert --tlskey"
	dockerBuildFlags = "-t --tag -f --file --build-arg --platform --target --cache-from --cache-to -o --output --label --secret --ssh " +
		"--network --iidfile --metadata-file --builder --build-context --add-host --shm-size --ulimit --annotation --attest --progress --isolation -m --memory --no-cache-filter --sbom-output --format --layers --manifest"
	dockerRunFlags = "-e --env --env-file -v --volume -w --workdir --name -u --user --entrypoint --mount --net --network --ip --hostname -h -m --memory --cpus " +
		"--cgroupns --cgroup-parent --annotation --cpu-shares --cpuset-cpus --cpu-period --cpu-quota --dns-search --dns-option --domainname --isolation --label-file --mac-address --memory-swap --memory-reservation --oom-score-adj --pids-limit --storage-opt --uts --volume-driver --ip6 --device-cgroup-rule --use-api-socket " +
		"--restart --pull --platform -p --publish -l --label --add-host --cap-add --cap-drop --device --dns --expose --gpus --group-add --ipc --link --log-driver " +
		"--log-opt --network-alias --pid --security-opt --shm-size --stop-signal --stop-timeout --sysctl --tmpfs --ulimit --userns --volumes-from --cidfile --runtime -a --attach --health-cmd --health-interval --health-retries --health-timeout"
	composeFlags = "-f --file -p --project-name --profile --env-file --project-directory --ansi --progress --parallel"
	kubectlFlags = "-n --namespace --context --kubeconfig -f --filename -k --kustomize -l --selector --timeout -c --container --containers -o --output --cluster " +
		"--user -s --server --as --as-group --token --field-manager --field-selector --for -p --patch --patch-file --type --image --replicas --revision --to-revision --request-timeout --grace-period --tail --since --env --from --cascade --certificate-authority --overrides --sort-by --template --current-replicas --api-version"
	helmFlags = "-n --namespace --kube-context --kubeconfig --kube-token --kube-apiserver --set --set-string --set-file --set-json --set-literal -f --values --version " +
		"--timeout --history-max --repo --username --password --description --post-renderer --ca-file --cert-file --key-file --keyring --output -o --max --revision --registry-config --repository-cache --labels -l --dependency-update-flags --output-dir -s --show-only --api-versions --kube-version"
	pythonFlags = "-W -X --check-hash-based-pycs"
	npmFlags    = "--prefix -C --dir -w --workspace -F --filter --cwd --registry --loglevel --cache --userconfig --package --call --script-shell --omit --include --network-timeout --network-concurrency --cache-folder --modules-folder --scope --tag --access --otp"
)

// syntaxOf knows command lines by the program and its subcommands. A
// subcommand knows the options of those above it too.
var syntaxOf = map[string]syntax{
	"docker":                          {values: dockerFlags},
	"docker build":                    {values: dockerBuildFlags},
	"docker buildx":                   {values: "--builder"},
	"docker buildx build":             {values: dockerBuildFlags},
	"docker buildx b":                 {values: dockerBuildFlags},
	"docker buildx bake":              {values: "-f --file --set --progress --metadata-file --sbom --provenance --allow --builder --call"},
	"docker buildx imagetools create": {values: "-t --tag -f --file --annotation --builder --progress --metadata-file"},
	"docker buildx imagetools":        {},
	"docker image":                    {},
	"docker image build":              {values: dockerBuildFlags},
	"docker builder":                  {},
	"docker builder build":            {values: dockerBuildFlags},
	"docker run":                      {values: dockerRunFlags, runs: true, after: 1},
	"docker container":                {},
	"docker container run":            {values: dockerRunFlags, runs: true, after: 1},
	"docker exec":                     {values: "-e --env --env-file -w --workdir -u --user --detach-keys", runs: true, after: 1},
	"docker compose":                  {values: composeFlags},
	"docker compose run":              {values: dockerRunFlags, runs: true, after: 1},
	"docker compose exec":             {values: "-e --env -u --user -w --workdir --index", runs: true, after: 1},
	"docker compose up":               {values: "-t --timeout --scale --exit-code-from --attach --no-attach --pull --wait-timeout"},
	"docker compose build":            {values: "--build-arg --builder -m --memory --progress --ssh"},
	"docker-compose":                  {values: composeFlags},
	"docker-compose run":              {values: dockerRunFlags, runs: true, after: 1},
	"docker-compose exec":             {values: "-e --env -u --user -w --workdir --index", runs: true, after: 1},
	"docker-compose up":               {values: "-t --timeout --scale --exit-code-from"},
	"docker-compose build":            {values: "--build-arg -m --memory --progress"},
	"docker stack":                    {},
	"docker stack deploy":             {values: "-c --compose-file --resolve-image --orchestrator"},
	"docker service":                  {},
	"docker service update":           {values: "--image --env-add --env-rm --update-parallelism --update-delay --update-failure-action --update-order --args --replicas --label-add --limit-cpu --limit-memory"},
	"docker login":                    {values: "-u --username -p --password"},
	"docker scout":                    {values: "--only-severity --format --output --only-package-type --to --org --platform"},
	"buildah":                         {values: dockerBuildFlags + " --storage-driver --root"},
	"buildah push":                    {values: "--creds --digestfile --authfile --cert-dir -f --format"},
	"executor":                        {values: "--context -c --dockerfile -f --destination -d --build-arg --cache-repo --cache-dir --digest-file --image-name-with-digest-file --image-name-tag-with-digest-file --label --registry-mirror --snapshot-mode --snapshotMode --target --tar-path --tarPath --verbosity --customPlatform --custom-platform --context-sub-path --git --log-format --oci-layout-path --push-retry --use-new-run --registry-certificate --skip-tls-verify-registry --cache-ttl --image-fs-extract-retry --single-snapshot-mode"},
	"ko":                              {values: "-t --tags --platform --sbom -f --filename --image-refs --image-label --image-annotation -n --namespace --tag-only-mode --sbom-dir"},
	"pack":                            {values: "-t --tag -B --builder -p --path -e --env --env-file -b --buildpack --cache --cache-image -d --descriptor --run-image --network --default-process --pull-policy --volume --creation-time --platform"},
	"crane":                           {values: "--platform -t --tag -f --new_tag --new_layer -b --base -o --output --user --entrypoint --label"},
	"skopeo":                          {values: "--src-creds --dest-creds --creds --authfile --src-authfile --dest-authfile --format -f --additional-tag --retry-times --digestfile --src-tls-verify --dest-tls-verify --policy --override-arch --override-os --command-timeout --src --dest -s -d --src-registry-token --dest-registry-token --dest-compress-format"},
	"regctl":                          {values: "--platforms --platform --host -v --verbosity --logopt --referrers-tgt --digest-tags"},
	"oras":                            {values: "--artifact-type -a --annotation -u --username -p --password --annotation-file --config --platform"},
	"cosign":                          {values: "--key --output-signature --output-certificate --predicate --type --certificate-identity --certificate-oidc-issuer --certificate-identity-regexp -a --annotations --rekor-url --fulcio-url --identity-token --registry-username --registry-password --sbom --attachment --bundle --certificate --k8s-keychain-flag"},
	"notation":                        {values: "-k --key --signature-format -u --username -p --password --id --plugin --plugin-config"},
	"az":                              {values: "-g --resource-group -n --name -r --registry -t --image -f --file -o --output --subscription -u --username -p --password --slot -s -i --docker-custom-image-name -c --container-image-name --container-registry-url --build-arg --platform --query --yaml --revision-suffix --set-env-vars --src -a --target --location -l --environment --deployment-container-image-name --tenant --type --template-file --parameters"},
	"gcloud":                          {values: "--tag -t --config --project --region --zone --image --platform --substitutions --timeout --machine-type --service-account --memory --cpu --set-env-vars --update-env-vars --set-secrets --update-secrets --location --account --format --revision-suffix --ingress --port --concurrency --max-instances --min-instances --to-revisions --vpc-connector --key-file --source --gcs-log-dir --release --delivery-pipeline --images --skaffold-file --container --command --args --to-tags --runtime --entry-point --trigger-topic --filter"},
	"aws":                             {values: "--region --profile --cluster --service --task-definition --desired-count --name --role-arn --kubeconfig --alias --output --query --function-name --image-uri --repository-name --stack-name --template-file --parameter-overrides --s3-bucket --capabilities --services --application-name --deployment-group-name --environment-name --version-label --distribution-id --paths --registry-ids --cli-input-json --family --container-definitions --tasks --template-body --parameters --role-session-name --web-identity-token --zip-file --s3-key --image-tag --image-manifest --acl --exclude --include --service-arn --source-configuration"},
	"kubectl":                         {values: kubectlFlags},
	"kubectl exec":                    {values: kubectlFlags},
	"oc":                              {values: kubectlFlags},
	"helm":                            {values: helmFlags},
	"helmfile":                        {values: "-f --file -e --environment -l --selector -n --namespace --kube-context --state-values-set --state-values-file --set --values --args --concurrency --log-level -b --helm-binary --timeout"},
	"werf":                            {values: "--repo --env --namespace --dev-branch --tag --add-custom-tag --values --set --kube-context --kube-config --dir --git-work-tree --config --timeout -t --final-repo --release"},
	"kustomize":                       {values: "-o --output --load-restrictor --env -e --mem-profile"},
	"argocd":                          {values: "--server --auth-token --grpc-web-root-path --timeout --revision -p --parameter --kustomize-image --helm-set --helm-set-string --values --values-literal-file --resource -l --selector --project --username --password --retry-limit --retry-backoff-duration --sync-option --strategy --config --dest-name --dest-namespace --dest-server --path --repo -N --app-namespace --source-position --header -H"},
	"flux":                            {values: "-n --namespace --context --kubeconfig --timeout --tag-semver --url --path --source --revision --interval --tag --branch --creds"},
	"nomad":                           {values: "-address -namespace -region -token -var -var-file -check-index -timeout"},
	"terraform":                       {values: "-chdir -var -var-file -target -out -lock-timeout -parallelism -backend-config -state"},
	"skaffold":                        {values: "-t --tag -p --profile -f --filename -n --namespace -d --default-repo --kube-context --build-artifacts -a --images -i --file-output --cache-artifacts -b --platform --label -l --status-check-timeout --insecure-registry"},
	"make":                            {values: "-C --directory -f --file --makefile -I --include-dir -o --old-file -W --what-if --eval"},
	"gmake":                           {values: "-C --directory -f --file --makefile"},
	"npm":                             {values: npmFlags},
	"npm exec":                        {values: "-p --package -c --call", runs: true},
	"npm x":                           {values: "-p --package -c --call", runs: true},
	"npx":                             {values: "-p --package -c --call --prefix -w --workspace", runs: true},
	"pnpm":                            {values: npmFlags},
	"pnpm exec":                       {runs: true},
	"pnpm dlx":                        {values: "--package", runs: true},
	"pnpx":                            {runs: true},
	"yarn":                            {values: "--cwd --registry --network-timeout --network-concurrency --cache-folder --modules-folder --mutex"},
	"yarn exec":                       {runs: true},
	"yarn dlx":                        {values: "-p --package", runs: true},
	"yarn workspace":                  {},
	"bun":                             {values: "--cwd --filter -F --config -c --env-file"},
	"bunx":                            {values: "-p --package", runs: true},
	"bun x":                           {runs: true},
	"turbo":                           {values: "--filter -F --concurrency --cwd --cache-dir --scope --token --team --api --log-order --output-logs --env-mode"},
	"nx":                              {values: "-t --target --targets --base --head --projects -p --exclude --configuration -c --parallel --runner --files"},
	"lerna":                           {values: "--scope --ignore --since --concurrency --loglevel"},
	"poetry":                          {values: "-C --directory -P --project"},
	"poetry run":                      {runs: true},
	"pipenv":                          {values: "--python"},
	"pipenv run":                      {runs: true},
	"pdm":                             {values: "-p --project -c --config"},
	"pdm run":                         {runs: true},
	"rye run":                         {runs: true},
	"rye":                             {},
	"uv":                              {values: "--directory --project --config-file --cache-dir --color"},
	"uv run":                          {values: "--with --with-requirements --with-editable --extra --group --only-group --no-group --python -p --package --env-file --index-url --extra-index-url --index --resolution --refresh-package --no-extra -m", runs: true, until: "-m"},
	"uvx":                             {values: "--from --with --python -p --index-url --constraint -c", runs: true},
	"uv tool":                         {},
	"uv tool run":                     {values: "--from --with --python -p", runs: true},
	"pipx":                            {},
	"pipx run":                        {values: "--spec --python --pip-args", runs: true},
	"hatch":                           {values: "-e --env -p --project"},
	"hatch run":                       {runs: true},
	"rtx":                             {},
	"mise":                            {values: "-C --cd -E --env"},
	"mise exec":                       {runs: true, after: 0},
	"mise x":                          {runs: true, after: 0},
	"conda":                           {},
	"conda run":                       {values: "-n --name -p --prefix --cwd", runs: true},
	"micromamba":                      {values: "-r --root-prefix"},
	"micromamba run":                  {values: "-n --name -p --prefix", runs: true},
	"mamba":                           {},
	"mamba run":                       {values: "-n --name -p --prefix", runs: true},
	"bundle":                          {values: "--gemfile"},
	"bundle exec":                     {values: "--gemfile", runs: true},
	"rbenv":                           {},
	"rbenv exec":                      {runs: true},
	"dotenv":                          {values: "-e -f -p -v -c", runs: true},
	"cross-env":                       {runs: true},
	"doppler":                         {values: "-p --project -c --config -t --token"},
	"doppler run":                     {values: "--command", runs: true, after: 99},
	"op":                              {values: "--account"},
	"op run":                          {values: "--env-file", runs: true, after: 99},
	"infisical":                       {},
	"infisical run":                   {values: "--env --path --projectId --token", runs: true, after: 99},
	"aws-vault":                       {},
	"aws-vault exec":                  {values: "-d --duration", runs: true, after: 1},
	"chamber":                         {},
	"chamber exec":                    {runs: true, after: 99},
	"direnv":                          {},
	"direnv exec":                     {runs: true, after: 1},
	"retry":                           {values: "-t --times -d --delay -m -n -s --until --tries --sleep", runs: true},
	"nix":                             {},
	"nix develop":                     {values: "-c --command", until: "-c"},
	"nix-shell":                       {values: "-p --packages -I --arg --argstr"},
	"devbox":                          {},
	"devbox run":                      {runs: true},
	"dotnet":                          {},
	"dotnet test":                     {values: "--collect -c --configuration -f --framework --filter -l --logger -r --results-directory -s --settings -v --verbosity -a --arch --os -o --output -d --diag"},
	"cmake":                           {values: "--build --target -t -S -B -G -j --parallel --config --preset --install --prefix -D -C"},
	"dotnet tool":                     {},
	"dotnet tool run":                 {runs: true},
	"go":                              {values: "-C -run -tags -timeout -coverprofile -covermode -coverpkg -p -parallel -o -ldflags -gcflags -mod -modfile -bench -benchtime -count -cpu -exec -vet -shuffle -fuzz -fuzztime -skip"},
	"go run":                          {values: "-modfile -mod -tags -ldflags", runs: true},
	"go tool":                         {values: "-modfile", runs: true},
	"cargo":                           {values: "--manifest-path --features -F --target --profile -p --package --exclude --test --bin --example -j --jobs --color --config -Z -C --message-format"},
	"mvn":                             {values: "-f --file -pl --projects -P --activate-profiles -s --settings -T --threads -gs -rf --resume-from -l --log-file --builder -b"},
	"gradle":                          {values: "-p --project-dir -b --build-file -c --settings-file -x --exclude-task --init-script -I -g --gradle-user-home --console --warning-mode --max-workers --tests --include-build --configuration-cache-problems"},
	"python":                          {values: pythonFlags + " -m -c", until: "-m"},
	"coverage":                        {},
	"coverage run":                    {values: "--source --omit --include --rcfile --data-file --context --concurrency -m", runs: true, until: "-m"},
	"php":                             {values: "-d -c -r", runs: true},
	"node":                            {values: "-r --require --import --loader -e --eval --max-old-space-size --env-file -p --print --test-reporter --test-reporter-destination --test-name-pattern", runs: true},
	"ruby":                            {values: "-I -r -e -C", runs: true},
	"tsx":                             {values: "--tsconfig"},
	"ssh":                             {values: "-i -p -o -l -F -J -b -c -D -E -e -I -L -m -O -Q -R -S -W -w -B", runs: true, after: 1},
	"sshpass":                         {values: "-p -f -d -P", runs: true},
	"tox":                             {values: "-e --env -c --conf --workdir -f --skip-env -m --installpkg --override -x --result-json"},
	"nox":                             {values: "-s --session --sessions -e --tags -t -k --keywords -f --noxfile -p --python --pythons --envdir -db --default-venv-backend"},
	"just":                            {values: "-f --justfile -d --working-directory --dotenv-path --shell --color"},
	"task":                            {values: "-t --taskfile -d --dir -o --output -C --concurrency -I --interval"},
	"rake":                            {values: "-f --rakefile -I -r --require -j --jobs"},
	"composer":                        {values: "-d --working-dir"},
	"curl": {values: "-o --output -H --header -d --data --data-binary --data-raw --data-urlencode -X --request -u --user -w --write-out -m --max-time --connect-timeout --retry --retry-delay --retry-max-time -F --form -b --cookie -c --cookie-jar -A --user-agent " +
		"-e --referer -T --upload-file --cacert --cert --key -x --proxy -K --config --resolve -E -r --range -D --dump-header --json --url -C --interface --limit-rate --oauth2-bearer --connect-to --proto --ciphers -Y -y -z -Q -t --unix-socket --output-dir"},
	"wget":       {values: "-O --output-document -o --output-file -t --tries -T --timeout -P --directory-prefix --header --post-data --post-file --user --password -U --user-agent --method --body-data -w --wait --waitretry -e --execute --retry-on-http-error -Q --ca-certificate -i --input-file"},
	"http":       {values: "-a --auth --timeout -o --output -A --session --verify --cert --print -p"},
	"pip":        {values: "-r --requirement -c --constraint -e --editable -i --index-url --extra-index-url -t --target -f --find-links --python --cache-dir --timeout --prefix --src --root --trusted-host --platform --python-version --proxy"},
	"pytest":     {values: "-k -m -n --junitxml --junit-xml --cov-report --cov-config --cov-fail-under -c -p -o -W --rootdir --maxfail --tb --durations --timeout --dist --numprocesses --ignore --deselect --basetemp --color --log-level --reruns"},
	"trivy":      {values: "--severity --format -f -o --output --exit-code --ignorefile --timeout --cache-dir --scanners --security-checks --template --vuln-type --skip-dirs --skip-files --config -c --db-repository --platform --server --token --username --password --ignore-policy --image-src --severity"},
	"sed":        {values: "-e --expression -f --file"},
	"yq":         {values: "-f --from-file -o --output-format -p --input-format -I --indent --expression --arg --argjson"},
	"git":        {values: "-C -c --git-dir --work-tree -m --message -F --file -b -B -u --author --date -o --push-option --depth --branch"},
	"sam":        {values: "--stack-name --s3-bucket --region --template-file -t --template --capabilities --parameter-overrides --config-env --config-file --image-repository --profile --role-arn --s3-prefix --image-repositories"},
	"serverless": {values: "-s --stage -r --region -c --config -p --package -f --function --aws-profile --param"},
	"cdk":        {values: "--app -a --context -c --profile --require-approval --outputs-file -O --parameters --role-arn -r --toolkit-stack-name --method -o --output --change-set-name"},
	"pulumi":     {values: "-s --stack -C --cwd -m --message -c --config --secrets-provider -p --parallel"},
	"flyctl":     {values: "-a --app -c --config -i --image --dockerfile --region -r --strategy --build-arg --env -e --wait-timeout -t --access-token --image-label"},
}
