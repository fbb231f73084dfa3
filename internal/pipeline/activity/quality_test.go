package activity

import (
	"strings"
	"testing"
)

// Every line is a command, an arrow, and the activities it is, by kind.
const qualityLines = `
pytest -> test
py.test -q tests -> test
python -m pytest -> test
python3.12 -m pytest -n auto --dist loadfile -> test
pytest --cov=app --cov-report=xml -> test coverage
pytest --collect-only ->
poetry run pytest --cov -> test coverage
poetry -C api run pytest -> test
pipenv run pytest -> test
pdm run pytest -> test
uv run pytest -> test
uv run --frozen --group test pytest -> test
uv run -m pytest -> test
uv run --with pytest python -m pytest -> test
uvx ruff check . -> lint
hatch run pytest -> test
hatch test -> test
tox -> test
tox -e py312 -> test
tox -e lint -> lint
tox run -e py311,mypy -> test typecheck
nox -> test
nox -s lint -> lint
python -m unittest discover -> test
python manage.py test -> test
python manage.py migrate ->
coverage run -m pytest -> coverage test
coverage run manage.py test -> coverage test
coverage report --fail-under=80 -> coverage
ruff check . -> lint
ruff . -> lint
ruff format --check . -> lint
ruff format . ->
ruff check --exit-zero ->
flake8 src -> lint
flake8 --exit-zero ->
pylint app -> lint
black --check . -> lint
black . ->
isort --check-only . -> lint
mypy . -> typecheck
python -m mypy src -> typecheck
pyright -> typecheck
pre-commit run --all-files -> lint
python -m pip install -r requirements.txt -> install
pip install --upgrade pip ->
pip install -r requirements.txt --require-hashes -> install
python -m venv .venv ->
python -c "print(1)" ->
npm test -> test
npm t -> test
npm test -- --coverage -> test coverage
npm run test:unit -> test
npm run lint -> lint
npm run lint:fix ->
npm run typecheck -> typecheck
npm run type-check -> typecheck
npm run test:coverage -> test coverage
npm run build ->
npm ci -> install
npm install -> install
npm audit --audit-level=high -> scan
npx jest --ci -> test
npx jest --ci --coverage -> test coverage
npx --no-install eslint . -> lint
npx eslint@8 . -> lint
npx tsc --noEmit -> typecheck
npx playwright install --with-deps ->
npx playwright test -> test
npx cypress run -> test
npx prettier --check . -> lint
npx prettier --write . ->
npx vitest run --coverage -> test coverage
npx nyc mocha -> coverage test
npm exec -- jest -> test
yarn test -> test
yarn run lint -> lint
yarn workspace web test -> test
yarn workspaces foreach -A run lint -> lint
yarn -> install
yarn install --frozen-lockfile -> install
yarn tsc -> typecheck
yarn add left-pad -> install
pnpm test -> test
pnpm -r test -> test
pnpm run lint -> lint
pnpm lint -> lint
pnpm --filter web test -> test
pnpm exec vitest -> test
pnpm dlx eslint . -> lint
pnpm i --frozen-lockfile -> install
bun test --coverage -> test coverage
bunx eslint . -> lint
bun run lint -> lint
turbo run lint test -> lint test
npx turbo test -> test
npx nx run-many -t lint,test -> lint test
nx affected --target=test -> test
nx run shop:lint -> lint
npx lerna run test -> test
npx ng lint -> lint
ng test --watch=false -> test
node --test -> test
deno test -> test
deno lint -> lint
deno fmt --check -> lint
go test ./... -> test
go test -race -coverprofile=c.out ./... -> test coverage
go test -run '^$' -bench . ./... ->
go -C api test ./... -> test
go test -c -o t ./x ->
go vet ./... -> lint
go build ./... ->
gotestsum -- -coverprofile=c.out ./... -> test coverage
golangci-lint run -> lint
golangci-lint run --issues-exit-code=0 ->
go run github.com/golangci/golangci-lint/cmd/golangci-lint@v1.60.0 run -> lint
go run honnef.co/go/tools/cmd/staticcheck@latest ./... -> lint
go tool cover -func=c.out -> coverage
gofmt -l . -> lint
govulncheck ./... -> scan
gosec ./... -> scan
mvn test -> test
mvn -B -ntp clean verify -> test
mvn package -DskipTests ->
mvn package -DskipTests=true ->
mvn package -Dmaven.test.skip=true ->
./mvnw verify -> test
mvn -B -pl web -am install -> test
mvn compile ->
mvn checkstyle:check -> lint
mvn verify sonar:sonar -> test scan
mvn test jacoco:report -> test coverage
./gradlew test -> test
gradle check -> test lint
./gradlew build -> test
./gradlew build -x test ->
./gradlew :app:testDebugUnitTest -> test
./gradlew test jacocoTestReport -> test coverage
./gradlew ktlintCheck detekt -> lint
./gradlew assemble ->
./gradlew testClasses ->
sbt test -> test
sbt "clean; coverage; test" -> test coverage
cargo test -> test
cargo test --no-run ->
cargo +nightly test ->
cargo nextest run --all -> test
cargo clippy -- -D warnings -> lint
cargo fmt --all -- --check -> lint
cargo fmt --check -> lint
cargo fmt ->
cargo check --all -> typecheck
cargo llvm-cov --lcov -> coverage test
cargo tarpaulin -> coverage test
cargo audit -> scan
cargo build --release ->
bundle exec rspec -> test
bundle exec rake test -> test
bundle exec rubocop -> lint
rake spec -> test
bin/rails test -> test
bin/rails db:setup ->
rubocop --parallel -> lint
bundle install --jobs 4 -> install
bundle exec bundle-audit check -> scan
dotnet test -> test
dotnet test --collect "XPlat Code Coverage" -> test coverage
dotnet test /p:CollectCoverage=true -> test coverage
dotnet format --verify-no-changes -> lint
dotnet build --no-restore ->
dotnet restore --locked-mode -> install
vendor/bin/phpunit -> test
./vendor/bin/phpunit --coverage-clover c.xml -> test coverage
php vendor/bin/phpunit -> test
vendor/bin/pest -> test
vendor/bin/phpstan analyse -> typecheck lint
php artisan test -> test
php artisan migrate ->
composer test -> test
composer run lint -> lint
composer install --no-dev -> install
composer audit -> scan
ctest --output-on-failure -> test
make test -> test
make lint test -> lint test
make -C api test -> test
make unit-tests -> test
cmake --build build --target test -> test
cmake --build build ->
meson test -C build -> test
shellcheck scripts/*.sh -> lint
bats tests -> test
hadolint Dockerfile -> lint
yamllint . -> lint
actionlint -> lint
kubeconform -strict k8s -> lint
helm lint ./chart -> lint
terraform fmt -check -> lint
terraform validate -> lint
tflint -> lint
just lint -> lint
task test -> test
mix test -> test
mix format --check-formatted -> lint
swift test -> test
xcodebuild test -scheme App -> test
flutter test --coverage -> test
flutter analyze -> lint
bazel test //... -> test
buf lint -> lint
buf generate ->
buf push ->
xmllint --xpath //a b.xml ->
pint --test -> lint
pint ->
conftest test k8s -> lint
gator test -> test
trivy image --exit-code 1 r/a:1 -> scan
trivy fs . -> scan
grype r/a:1 -> scan
snyk test -> scan
snyk auth $T ->
semgrep ci -> scan
gitleaks detect -> scan
bandit -r src -> scan
pip-audit -> scan
docker scout cves r/a:1 -> scan
docker run --rm -v $PWD:/w -w /w python:3.12 pytest -> test
docker run --rm -t app npm test -> test
docker run --rm -i hadolint/hadolint -> lint
docker run --rm aquasec/trivy image --exit-code 1 a:1 -> scan
docker run --rm app sh -c "ruff check . && pytest" -> lint test
docker compose run --rm web pytest --cov -> test coverage
docker compose exec -T web npm test -> test
docker-compose run web rspec -> test
docker exec ci make lint -> lint
sudo -E env A=b npm test -> test
env CI=1 npm test -> test
xvfb-run -a npm test -> test
timeout 300 pytest -> test
doppler run -- npm test -> test
nix develop -c pytest -> test
conda run -n ci pytest -> test
mise exec -- pytest -> test
cross-env CI=true jest -> test
dotenv -e .env jest -> test
time go test ./... -> test
npx start-server-and-test start http://localhost:3000 test -> test
newman run c.json -> test
k6 run load.js -> test
docker compose down -v -> teardown
docker rm -f web -> teardown
echo hello ->
git status ->
mkdir -p out && cp a out/ ->
curl -sSL https://example.com/install.sh -o i.sh ->
apt-get update && apt-get install -y jq ->
`

func TestFind_Quality(t *testing.T) {
	n := 0
	for line := range strings.SplitSeq(strings.TrimSpace(qualityLines), "\n") {
		command, want, found := strings.Cut(line, "->")
		if !found {
			t.Fatalf("%q has no arrow", line)
		}
		n++
		t.Run(command, func(t *testing.T) {
			var got []string
			for _, a := range Find(readGitHub(t, workflow(strings.TrimSpace(command))), Options{}) {
				got = append(got, string(a.Kind))
			}
			if strings.Join(got, " ") != strings.TrimSpace(want) {
				t.Errorf("%s\ngot  %q\nwant %q", command, strings.Join(got, " "), strings.TrimSpace(want))
			}
		})
	}
	if n < 200 {
		t.Errorf("only %d lines were read", n)
	}
}
