package document

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// isCompose tells whether a document is a Compose file: by its services, or,
// where they do not tell, by the file's name.
func isCompose(file string, root *tree.Node) bool {
	if isKubernetes(root) {
		return false
	}
	return holdsServices(root) || composeName.MatchString(path.Base(file))
}

var composeName = regexp.MustCompile(`(?i)^(?:docker-compose|compose)(?:[-._][\w.-]+)?\.ya?ml$`)

// composeFields are the top-level fields of a Compose file, x- ones aside.
var composeFields = []string{"version", "name", "services", "networks", "volumes", "configs", "secrets", "include", "models"}

// holdsServices tells whether content alone makes a Compose file: known
// top-level fields only, and services that are maps of known fields, one of
// which names an image or a build. GitLab's services are a list; those of
// other tools have fields of their own.
func holdsServices(root *tree.Node) bool {
	services := root.Get("services")
	if services.Type() != tree.Map || !onlyFields(root, composeFields) {
		return false
	}
	runs := false
	for _, m := range services.Members {
		if m.Value.Type() != tree.Map || !onlyFields(m.Value, serviceFields) {
			return false
		}
		runs = runs || m.Value.Get("image").IsSet() || m.Value.Get("build").IsSet()
	}
	return runs
}

// onlyFields tells whether a map has no fields but these and x- ones.
func onlyFields(n *tree.Node, fields []string) bool {
	for _, m := range n.Members {
		if !isField(m.Key.Text, fields) {
			return false
		}
	}
	return true
}

// isField tells whether a name is one of the fields, or one that begins with
// x-, which anything may have.
func isField(name string, fields []string) bool {
	return strings.HasPrefix(name, "x-") || slices.Contains(fields, name)
}

// serviceFields are the fields of a service in all versions of the format.
var serviceFields = []string{
	"annotations", "attach", "blkio_config", "build", "cap_add", "cap_drop", "cgroup", "cgroup_parent", "command",
	"configs", "container_name", "cpu_count", "cpu_percent", "cpu_period", "cpu_quota", "cpu_rt_period",
	"cpu_rt_runtime", "cpu_shares", "cpus", "cpuset", "credential_spec", "depends_on", "deploy", "develop",
	"device_cgroup_rules", "devices", "dns", "dns_opt", "dns_search", "dockerfile", "domainname", "entrypoint",
	"env_file", "environment", "expose", "extends", "external_links", "extra_hosts", "gpus", "group_add",
	"healthcheck", "hostname", "image", "init", "ipc", "isolation", "label_file", "labels", "links", "logging",
	"log_driver", "log_opt", "mac_address", "mem_limit", "mem_reservation", "mem_swappiness", "memswap_limit",
	"models", "net", "network_mode", "networks", "oom_kill_disable", "oom_score_adj", "pid", "pids_limit", "platform",
	"ports", "post_start", "pre_stop", "privileged", "profiles", "provider", "pull_policy", "pull_refresh_after", "read_only",
	"restart", "runtime", "scale", "secrets", "security_opt", "shm_size", "stdin_open", "stop_grace_period",
	"stop_signal", "storage_opt", "sysctls", "tmpfs", "tty", "ulimits", "use_api_socket", "user", "userns_mode",
	"uts", "volume_driver", "volumes", "volumes_from", "working_dir",
}

// compose reads a Compose file.
func (l *loader) compose(root *tree.Node) []*Document {
	left := maxItems
	r := &composeReader{reader: reader{load: l, doc: l.newObject(root), left: &left}}
	r.doc.Kind = KindCompose
	r.doc.Compose = &Compose{Services: []ComposeService{}}
	r.variables = l.composeVariables(&r.reader)
	r.services(r.servicesOf(place{node: root, path: finding.Path{}}))
	r.shareBuilt()
	return []*Document{r.doc}
}

// composeReader reads Compose files; strings have their variables replaced.
type composeReader struct {
	reader
	variables composeVariables
}

// servicesOf finds the services; files of version 1 have them at the top. A
// file that only includes others, or adds to them, may have none.
func (r *composeReader) servicesOf(root place) place {
	services := root.get("services")
	if r.mapping(root).node.Type() != tree.Map || services.node != nil {
		return r.mapping(services)
	}
	if isVersionOne(root.node) {
		return root
	}
	if !onlyFields(root.node, composeFields) || len(root.node.Members) == 0 {
		r.unparsable(root, "services: expected a map, found nothing")
	}
	return services
}

// isVersionOne tells whether every member of a map is a service.
func isVersionOne(root *tree.Node) bool {
	for _, m := range root.Members {
		service := m.Value
		if !service.Get("image").IsSet() && !service.Get("build").IsSet() && !service.Get("extends").IsSet() {
			return false
		}
	}
	return len(root.Members) > 0
}
