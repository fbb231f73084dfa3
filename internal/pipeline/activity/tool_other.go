package activity

import (
	"strings"
	"sync"
)

// otherRows are programs that are known, and do nothing that a rule asks for.
var otherRows = []row{
	{words: "changeset|semantic-release|release-it|standard-version|np|release-please|auto|lerna-publish", kind: ""},
	{words: "sentry-cli", kind: ""},
	{words: "renovate", kind: ""},
}

// harmless are programs that neither test nor deploy, whatever they are told.
// Those with rows are known anyway.
var harmless = words(`
	venv ensurepip http.server json.tool compileall zipfile gpg-connect-agent gpgconf covdata git-chglog vswhere
	. : [ [[ alias awk base64 basename bc bg break builtin cal case cat cd chgrp chmod chown cksum clear cmp column command comm continue cp cut
	date dd declare df diff dircolors dirname dirs du echo egrep envsubst eval exit expand export expr false fc fg fgrep file find fmt fold free getconf getent
	getopts git git-lfs grep groups gunzip gzip hash head hexdump history hostname iconv id ifconfig install ip jobs join jq kill killall less let link ln local locale locale-gen
	localedef logger ls lsof lsb_release lscpu md5sum mkdir mkfifo mktemp more mount mv netstat nl nohup nproc numfmt od openssl paste patch pgrep pidof ping pkill popd printenv printf ps
	pushd pwd read readarray mapfile readlink readonly realpath reset return rev rm rmdir rsync scp sed select seq set sha1sum sha256sum sha512sum shasum shift shopt shuf sleep sort source split
	stat strings stty sudo sum swapoff swapon sync sysctl tac tail tar tee test time timeout times top touch tr trap tree true tty type typeset ulimit umask umount unalias uname uniq unlink unset unzip
	update-alternatives update-ca-certificates uptime useradd usermod userdel groupadd addgroup adduser passwd users vi vim wait wc which whereis who whoami xargs xxd yes zip zcat zstd xz bzip2 7z 7za p7zip lz4 ssh-keyscan
	ssh-keygen ssh-add ssh-agent gpg gpg2 gpgconf apt-key add-apt-repository apt apt-get aptitude dpkg dpkg-query apk yum dnf rpm zypper pacman brew snap flatpak choco winget scoop port emerge nix-env nix-channel nix-shell
	systemctl service journalctl dmesg modprobe iptables ufw nc dig nslookup host telnet ftp sftp lftp curl wget http aria2c tzselect timedatectl hwclock defaults xcode-select xcrun security codesign
	sw_vers launchctl diskutil hdiutil osascript open pbcopy softwareupdate python pip pipx virtualenv pyenv pip-compile uv uvx poetry pipenv pdm rye hatch conda mamba micromamba flit twine build bumpversion bump2version bump-my-version cibuildwheel maturin auditwheel delocate-wheel
	sphinx-build mkdocs mdbook hugo jekyll antora asciidoctor pandoc doxygen typedoc jsdoc docusaurus vitepress storybook node npm npx yarn pnpm bun bunx deno corepack nvm fnm volta n tsc webpack vite rollup esbuild parcel gulp
	swc babel tsup next nuxt ng expo eas lerna nx turbo rush ncc go gofmt goimports golines cargo rustup rustc rustfmt cross wasm-pack trunk-rs sccache ccache gcc g++ cc c++ clang clang++ ld ar as nm objdump strip ldd cmake ninja meson
	configure autoconf automake autoreconf aclocal libtool pkg-config conan vcpkg javac java jar jarsigner keytool mvn gradle sdk jenv scala sbt coursier cs kotlin kotlinc groovy dotnet msbuild nuget mono csc ruby gem bundle rbenv rvm ruby-install
	chruby php pecl composer docker-php-ext-install phpenmod perl cpan cpanm lua luarocks ghc cabal stack opam dune ocaml elixir mix erl rebar3 gleam crystal shards nim zig swift swiftc xcodebuild pod carthage flutter dart
	dvc julia R docker docker-compose docker-buildx podman buildah kubectl helm helmfile kustomize argocd flux terraform tofu terragrunt tfenv packer vagrant ansible ansible-galaxy pulumi az aws gcloud gsutil bq ibmcloud doctl heroku
	gh glab hub jira kind k3d minikube cosign crane skopeo regctl oras syft trivy mysql mysqladmin psql pg_isready pg_dump createdb dropdb createuser redis-cli mongo mongosh sqlite3 sqlcmd cqlsh rabbitmqctl wait-for-it wait-for-it.sh wait-for wait-on dockerize
	xvfb-run Xvfb Xorg fc-cache convert magick ffmpeg optipng svgo protoc buf swagger openapi-generator openapi-generator-cli oapi-codegen sqlc graphql-codegen prisma alembic flyway liquibase dbmate goose migrate atlas knex sequelize typeorm
	act tmate neofetch hyperfine asdf mise direnv devbox op vault sops age doppler yq dasel xmlstarlet tomlq csvtool mlr jo gron hub semver gitversion git-cliff conventional-changelog auto-changelog towncrier changie cz commitizen cog
	nvidia-smi nvcc ldconfig qemu-system-x86_64 binfmt update-binfmts mdformat sshpass ssh rclone s3cmd mc azcopy wasm-opt wasm-bindgen tippecanoe gdown huggingface-cli exec env printf bash sh zsh dash ksh fish pwsh cmd powershell
	buildctl ko pack nerdctl ctr crictl nsenter unshare losetup mkfs.ext4 fallocate truncate blkid parted fdisk lsblk cpio mksquashfs genisoimage xorriso setfacl getfacl chattr setcap getcap apparmor_parser aa-status
	skaffold tilt linkerd istioctl cilium velero eksctl kops kubeadm kubectx kubens stern k9s krew kubelogin openshift-install oc rosa bosh cf nomad consul boundary waypoint`)

// words is a set of words, made when it is first asked for.
func words(text string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		set := map[string]bool{}
		for word := range strings.FieldsSeq(text) {
			set[word] = true
		}
		return set
	})
}
