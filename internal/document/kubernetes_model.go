package document

import "guard/internal/finding"

// Kubernetes is the model of one Kubernetes object, whatever it is. Items of
// a List are documents of their own.
type Kubernetes struct {
	APIVersion   string  `json:"api_version"`
	Kind         string  `json:"kind"`
	Name         Text    `json:"name"` // metadata.name, else metadata.generateName
	Namespace    Text    `json:"namespace"`
	Namespaced   bool    `json:"namespaced"` // false only for built-in kinds that live in no namespace
	Labels       []Entry `json:"labels"`
	Annotations  []Entry `json:"annotations"`
	Data         []Entry `json:"data"`          // of a Secret (data, stringData) or ConfigMap (data): keys, values "" for a Secret, whose empty values and variables are left out
	Encrypted    bool    `json:"encrypted"`     // the values are encrypted in the file (SOPS)
	ServiceToken bool    `json:"service_token"` // a Secret of type service-account-token, which holds no value in Git

	MorePods []Workload `json:"more_pods"` // further Pods of the object beside the document's workload, such as the templates of a workflow
}

// Workload is a Pod, or what makes Pods: the Pod's specification with what
// matters of it in one form, whatever holds it.
type Workload struct {
	Controller  string       `json:"controller"`   // Kubernetes kind of the holder: Pod, Deployment, CronJob, Rollout, …
	LongRunning bool         `json:"long_running"` // expected to run on: not Job, CronJob, Tekton task or bare Pod with restartPolicy Never/OnFailure, nor Knative, which scales to zero and probes by itself
	Path        finding.Path `json:"path"`         // of the Pod's spec
	Metadata    finding.Path `json:"metadata"`     // of the Pod's metadata
	Labels      []Entry      `json:"labels"`       // of the Pod
	Annotations []Entry      `json:"annotations"`  // of the Pod
	OS          string       `json:"os"`           // spec.os.name: linux, windows or ""
	Fragment    bool         `json:"fragment"`     // a part of an object, such as a patch: what it lacks may stand elsewhere

	HostNetwork    Flag            `json:"host_network"`
	HostPID        Flag            `json:"host_pid"`
	HostIPC        Flag            `json:"host_ipc"`
	HostUsers      Flag            `json:"host_users"`
	AutomountToken Flag            `json:"automount_token"`
	ServiceAccount Text            `json:"service_account"`
	Security       SecurityContext `json:"security"` // the Pod's own, nothing merged
	Sysctls        []Text          `json:"sysctls"`  // names
	Volumes        []Volume        `json:"volumes"`
	Requests       []Entry         `json:"requests"`   // of the Pod as a whole
	Limits         []Entry         `json:"limits"`     // of the Pod as a whole
	Containers     []Container     `json:"containers"` // all of them, in the order init, regular, ephemeral
}

// Container is one container of any type.
type Container struct {
	Name      string          `json:"name"`   // "" where it has none
	Holder    string          `json:"holder"` // for messages: "container web", "container 0" where it has no name
	Type      string          `json:"type"`   // container, init, sidecar (init that restarts always), ephemeral
	Path      finding.Path    `json:"path"`
	Image     Text            `json:"image"`
	Fragment  bool            `json:"fragment"`  // it has no image, so the rest of it stands elsewhere: a patch
	Security  SecurityContext `json:"security"`  // the container's own, nothing merged
	Effective SecurityContext `json:"effective"` // the container's over the Pod's; paths lead to whichever decides
	Ports     []Port          `json:"ports"`
	Requests  []Entry         `json:"requests"`
	Limits    []Entry         `json:"limits"`
	Probes    []Probe         `json:"probes"`    // readiness, liveness, startup, and the lifecycle hooks
	AppArmor  Text            `json:"apparmor"`  // the profile named by the Pod's beta annotation for this container; "" where there is none
	Resources finding.Path    `json:"resources"` // path of resources
}

// SecurityContext is a securityContext of a Pod or a container. What one of
// the two does not know is unset.
type SecurityContext struct {
	Path                     finding.Path `json:"path"`
	RunAsNonRoot             Flag         `json:"run_as_non_root"`
	RunAsUser                Number       `json:"run_as_user"`
	RunAsGroup               Number       `json:"run_as_group"`
	Privileged               Flag         `json:"privileged"`
	AllowPrivilegeEscalation Flag         `json:"allow_privilege_escalation"`
	ReadOnlyRootFilesystem   Flag         `json:"read_only_root_filesystem"`
	CapabilitiesAdd          []Text       `json:"capabilities_add"`
	CapabilitiesDrop         []Text       `json:"capabilities_drop"`
	Capabilities             finding.Path `json:"capabilities"` // path of capabilities
	Seccomp                  Text         `json:"seccomp"`      // type: RuntimeDefault, Localhost, Unconfined
	AppArmor                 Text         `json:"apparmor"`     // type: RuntimeDefault, Localhost, Unconfined
	SELinuxType              Text         `json:"selinux_type"`
	SELinuxUser              Text         `json:"selinux_user"`
	SELinuxRole              Text         `json:"selinux_role"`
	ProcMount                Text         `json:"proc_mount"`
	WindowsHostProcess       Flag         `json:"windows_host_process"`
}

// Volume is one volume of a Pod.
type Volume struct {
	Name     string       `json:"name"`
	Holder   string       `json:"holder"` // for messages: "volume data", "volume 0" where it has no name
	Type     string       `json:"type"`   // the key that makes it: hostPath, configMap, …; "" where there is none
	Path     finding.Path `json:"path"`   // of the volume
	Source   finding.Path `json:"source"` // of the key that makes it
	HostPath Text         `json:"host_path"`
}

// Port is one port of a container.
type Port struct {
	ContainerPort Number `json:"container_port"`
	HostPort      Number `json:"host_port"`
}

// Probe is one probe or lifecycle hook of a container.
type Probe struct {
	Type string       `json:"type"` // readiness, liveness, startup, postStart, preStop
	Host Text         `json:"host"` // host of httpGet or tcpSocket
	Path finding.Path `json:"path"`
}
