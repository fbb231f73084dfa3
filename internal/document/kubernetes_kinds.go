package document

import (
	"strings"

	"guard/internal/finding"
)

// holder is a kind that holds Pods.
type holder struct {
	group, kind string
	pods        finding.Path // to the template that holds spec and metadata
	bare        bool         // pods leads to the Pod's spec itself, with the metadata beside it
	finite      bool         // its Pods are expected to end, or to be ended while idle
	optional    bool         // it may name a template that stands elsewhere
	required    finding.Path // a part that no whole object lacks, so what lacks it is a patch
}

var (
	specTemplate = finding.NewPath("spec", "template")
	selector     = finding.NewPath("spec", "selector")
)

// holders are the built-in kinds in all groups they ever had, and custom
// kinds that hold one Pod template or Pod spec at a fixed path.
var holders = []holder{
	{group: "", kind: "Pod"},
	{group: "", kind: "PodTemplate", pods: finding.NewPath("template")},
	{group: "", kind: "ReplicationController", pods: specTemplate},
	{group: "", kind: "DeploymentConfig", pods: specTemplate},
	{group: "apps.openshift.io", kind: "DeploymentConfig", pods: specTemplate},
	{group: "apps", kind: "Deployment", pods: specTemplate, required: selector},
	{group: "apps", kind: "ReplicaSet", pods: specTemplate, required: selector},
	{group: "apps", kind: "StatefulSet", pods: specTemplate, required: selector},
	{group: "apps", kind: "DaemonSet", pods: specTemplate, required: selector},
	{group: "extensions", kind: "Deployment", pods: specTemplate},
	{group: "extensions", kind: "ReplicaSet", pods: specTemplate},
	{group: "extensions", kind: "DaemonSet", pods: specTemplate},
	{group: "extensions", kind: "Job", pods: specTemplate, finite: true},
	{group: "batch", kind: "Job", pods: specTemplate, finite: true},
	{group: "batch", kind: "CronJob", pods: finding.NewPath("spec", "jobTemplate", "spec", "template"), finite: true, required: finding.NewPath("spec", "schedule")},
	{group: "batch", kind: "ScheduledJob", pods: finding.NewPath("spec", "jobTemplate", "spec", "template"), finite: true},
	{group: "batch", kind: "JobTemplate", pods: finding.NewPath("template", "spec", "template"), finite: true},
	{group: "argoproj.io", kind: "Rollout", pods: specTemplate, optional: true},
	{group: "serving.knative.dev", kind: "Service", pods: specTemplate, finite: true, optional: true},
	{group: "serving.knative.dev", kind: "Configuration", pods: specTemplate, finite: true, optional: true},
	{group: "serving.knative.dev", kind: "Revision", finite: true},
}

// HoldsPods tells whether guard knows by itself where a kind of an API group keeps
// its Pod.
func HoldsPods(group, kind string) bool {
	_, known := (&Options{}).holderOf(objectType{group: group, kind: kind})
	return known
}

// holderOf finds what is known of a kind; the caller's own paths come first.
func (o *Options) holderOf(typ objectType) (holder, bool) {
	for _, p := range o.Pods {
		if p.Group == typ.group && p.Kind == typ.kind {
			return holder{group: p.Group, kind: p.Kind, pods: p.Path, bare: p.Spec, optional: true}, true
		}
	}
	for _, h := range holders {
		if h.group == typ.group && h.kind == typ.kind {
			return h, true
		}
	}
	return holder{}, false
}

// needs tells whether the kind's version demands the required part: only
// apps/v1beta1 filled in a selector by itself.
func (h *holder) needs(typ objectType) bool {
	return h.required != nil && (typ.group != "apps" || typ.version != "v1beta1")
}

// clusterScoped tells whether a built-in kind lives in no namespace.
func (t objectType) clusterScoped() bool {
	return builtInGroup(t.group) && clusterKinds[t.kind]
}

// builtInGroup tells whether an API group is Kubernetes' own.
func builtInGroup(group string) bool {
	switch group {
	case "", "apps", "autoscaling", "batch", "extensions", "policy":
		return true
	}
	return strings.HasSuffix(group, ".k8s.io") && !strings.HasSuffix(group, ".x-k8s.io")
}

var clusterKinds = map[string]bool{
	"APIService": true, "CertificateSigningRequest": true, "ClusterRole": true, "ClusterRoleBinding": true,
	"ClusterTrustBundle": true, "ComponentStatus": true, "CSIDriver": true, "CSINode": true,
	"CustomResourceDefinition": true, "DeviceClass": true, "DeviceTaintRule": true, "FlowSchema": true,
	"IPAddress": true, "IngressClass": true, "MutatingAdmissionPolicy": true, "MutatingAdmissionPolicyBinding": true,
	"MutatingWebhookConfiguration": true, "Namespace": true, "Node": true, "PersistentVolume": true,
	"PodSecurityPolicy": true, "PriorityClass": true, "PriorityLevelConfiguration": true, "ResourceSlice": true,
	"RuntimeClass": true, "SelfSubjectAccessReview": true, "SelfSubjectReview": true, "SelfSubjectRulesReview": true,
	"ServiceCIDR": true, "StorageClass": true, "StorageVersion": true, "StorageVersionMigration": true,
	"SubjectAccessReview": true, "TokenReview": true, "ValidatingAdmissionPolicy": true,
	"ValidatingAdmissionPolicyBinding": true, "ValidatingWebhookConfiguration": true, "VolumeAttachment": true,
	"VolumeAttributesClass": true,
}
