package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// review is a review that is sent again and again.
type review struct {
	name    string
	body    []byte
	allowed bool
}

// spec is that of a Pod as controllers make them; %s is the image of the main
// container.
const spec = `{
	"automountServiceAccountToken": false, "serviceAccountName": "web", "enableServiceLinks": true, "priority": 0, "preemptionPolicy": "PreemptLowerPriority",
	"restartPolicy": "Always", "schedulerName": "default-scheduler", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst",
	"securityContext": {"runAsNonRoot": true, "fsGroup": 2000, "seccompProfile": {"type": "RuntimeDefault"}},
	"tolerations": [{"effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists", "tolerationSeconds": 300}],
	"volumes": [{"name": "config", "configMap": {"name": "web", "defaultMode": 420}}, {"name": "tmp", "emptyDir": {}}],
	"initContainers": [{"name": "migrate", "image": "registry.example.com/shop/migrate:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f", "command": ["/migrate", "up"], "imagePullPolicy": "IfNotPresent",
		"securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}},
		"resources": {"requests": {"cpu": "50m", "memory": "32Mi"}, "limits": {"memory": "32Mi"}}, "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}],
	"containers": [{"name": "web", "image": %q, "args": ["--listen", ":8080", "--log-format", "json"], "imagePullPolicy": "IfNotPresent",
		"env": [{"name": "LOG_LEVEL", "value": "info"}, {"name": "DATABASE_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "web-db", "key": "password"}}}],
		"ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
		"securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}},
		"resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}},
		"readinessProbe": {"httpGet": {"path": "/ready", "port": "http", "scheme": "HTTP"}, "periodSeconds": 10, "timeoutSeconds": 1, "successThreshold": 1, "failureThreshold": 3},
		"livenessProbe": {"httpGet": {"path": "/live", "port": "http", "scheme": "HTTP"}, "periodSeconds": 10, "timeoutSeconds": 1, "successThreshold": 1, "failureThreshold": 3},
		"volumeMounts": [{"name": "config", "mountPath": "/etc/web", "readOnly": true}, {"name": "tmp", "mountPath": "/tmp"}],
		"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}]
}`

// namespace is that of the Pods.
const namespace = "shop"

// pods are a Pod that keeps the rules and one that breaks one of them.
func pods() []review {
	return []review{
		{"a compliant Pod", body("registry.example.com/shop/web:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f"), true},
		{"a Pod with latest", body("nginx:latest"), false},
	}
}

func body(image string) []byte {
	object := `{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"web-7d4b9c5f6-","namespace":"` + namespace + `","labels":{"app":"web","pod-template-hash":"7d4b9c5f6"},` +
		`"annotations":{"org.opencontainers.image.revision":"3f2a9c1e8b7d6f5a4c3b2a19080706050403020f"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7d4b9c5f6","uid":"0b9f7a0e-2c51-4a52-9f0a-5a1f6a3f7d10","controller":true,"blockOwnerDeletion":true}]},` +
		`"spec":` + fmt.Sprintf(spec, image) + `}`
	text := strings.NewReplacer("\n", "", "\t", "").Replace(object)
	whole := `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"5f0e4c1d-6a4e-4e0b-8a5b-0f6b0a9f2b11","kind":{"group":"","version":"v1","kind":"Pod"},` +
		`"resource":{"group":"","version":"v1","resource":"pods"},"requestKind":{"group":"","version":"v1","kind":"Pod"},"requestResource":{"group":"","version":"v1","resource":"pods"},` +
		`"namespace":"` + namespace + `","operation":"CREATE","userInfo":{"username":"system:serviceaccount:kube-system:replicaset-controller","uid":"6c0c9f5e","groups":["system:serviceaccounts","system:serviceaccounts:kube-system","system:authenticated"]},` +
		`"object":` + text + `,"oldObject":null,"dryRun":false,"options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}}`
	if !json.Valid([]byte(whole)) {
		panic("the review is no JSON")
	}
	return []byte(whole)
}
