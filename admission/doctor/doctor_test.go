package doctor_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"guard/admission/doctor"
)

func run(t *testing.T, w *world) doctor.Report {
	t.Helper()
	return doctor.Run(t.Context(), w, doctor.Options{Namespace: "guard-system", ProbeNamespace: "shop"})
}

func TestRun_FindsNothingWrongWithWhatTheChartInstalls(t *testing.T) {
	r := run(t, installed(t))
	for _, c := range r.Checks {
		if c.Status != doctor.OK {
			t.Errorf("%s: %s: %s", c.Status, c.ID, c.Message)
		}
	}
	if len(r.Checks) != 23 || r.Summary[doctor.OK] != 23 {
		t.Errorf("%d checks, %d ok", len(r.Checks), r.Summary[doctor.OK])
	}
}

// Each check is told of what it is about, and of nothing else.
func TestRun_TellsWhatIsWrong(t *testing.T) {
	first := func(w *world) object { return w.hooks()[0] }
	spec := func(w *world) object { return w.objects[deploymentPath].(object)["spec"].(object) }
	args := func(w *world, more string) {
		c := spec(w)["template"].(object)["spec"].(object)["containers"].([]any)[0].(object)
		c["args"] = append(c["args"].([]any), more)
	}
	pods := func(w *world) []any { return w.objects[podsPath].(object)["items"].([]any) }
	for name, c := range map[string]struct {
		change func(*world)
		id     string
		status doctor.Status
		says   string
	}{
		"an old cluster":    {func(w *world) { w.objects["/version"].(object)["minor"] = "29+" }, "kubernetes-version", doctor.Wrong, "older than 1.30"},
		"a version of none": {func(w *world) { w.objects["/version"].(object)["minor"] = "x" }, "kubernetes-version", doctor.Unknown, "calls itself v1.35.4"},
		"disarmed":          {func(w *world) { w.objects[hooksPath].(object)["webhooks"] = []any{} }, "armed", doctor.Wrong, "not armed"},
		"no configuration":  {func(w *world) { delete(w.objects, hooksPath) }, "armed", doctor.Wrong, "no ValidatingWebhookConfiguration"},
		"another Service":   {func(w *world) { first(w)["clientConfig"].(object)["service"].(object)["namespace"] = "other" }, "armed", doctor.Wrong, "other/guard-webhook"},
		"a rule is missing": {func(w *world) { first(w)["rules"] = first(w)["rules"].([]any)[1:] }, "rules", doctor.Wrong, "CREATE of pods"},
		"a subresource is missing": {func(w *world) {
			first(w)["rules"].([]any)[0].(object)["resources"] = []any{"pods", "podtemplates", "replicationcontrollers"}
		}, "rules", doctor.Wrong, "pods/ephemeralcontainers"},
		"an operation is missing":      {func(w *world) { first(w)["rules"].([]any)[0].(object)["operations"] = []any{"CREATE"} }, "rules", doctor.Wrong, "UPDATE of pods"},
		"it fails open":                {func(w *world) { first(w)["failurePolicy"] = "Ignore" }, "fails-closed", doctor.Wrong, "everything is admitted"},
		"it waits too long":            {func(w *world) { first(w)["timeoutSeconds"] = 30 }, "timeout", doctor.Wrong, "waits 30 s"},
		"an exact version":             {func(w *world) { first(w)["matchPolicy"] = "Exact" }, "selectors", doctor.Wrong, "another version"},
		"objects choose":               {func(w *world) { first(w)["objectSelector"] = object{"matchLabels": object{"a": "b"}} }, "selectors", doctor.Wrong, "by their labels (a)"},
		"namespaces choose":            {func(w *world) { first(w)["namespaceSelector"].(object)["matchLabels"] = object{"tier": "prod"} }, "selectors", doctor.Wrong, "label tier"},
		"a condition":                  {func(w *world) { first(w)["matchConditions"] = []any{object{"name": "not-mine"}} }, "selectors", doctor.Wrong, "not-mine"},
		"the system waits for guard":   {func(w *world) { first(w)["namespaceSelector"] = object{} }, "lock-out", doctor.Wrong, "kube-system"},
		"a namespace is out":           {func(w *world) { exclude(first(w), "shop") }, "out-of-reach", doctor.Note, "never asked about shop"},
		"no caBundle":                  {func(w *world) { first(w)["clientConfig"].(object)["caBundle"] = []byte("x") }, "trusted-authority", doctor.Wrong, "cannot call it"},
		"an authority that has ended":  {func(w *world) { w.certificate(time.Now().Add(-400 * 24 * time.Hour)) }, "trusted-authority", doctor.Wrong, "has expired"},
		"a certificate that has ended": {func(w *world) { w.certificate(time.Now().Add(-31 * 24 * time.Hour)) }, "certificate", doctor.Wrong, "has expired at"},
		"a certificate that ends soon": {func(w *world) { w.certificate(time.Now().Add(-25 * 24 * time.Hour)) }, "certificate", doctor.Wrong, "should have been renewed"},
		"no certificate yet":           {func(w *world) { w.objects[secretPath] = object{} }, "certificate", doctor.Wrong, "holds no certificate"},
		"another authority":            {func(w *world) { other := installed(t); w.objects[secretPath] = other.objects[secretPath] }, "certificate", doctor.Wrong, "does not believe"},
		"the Secret may not be read":   {func(w *world) { w.fail[secretPath] = doctor.ErrForbidden }, "certificate", doctor.Unknown, "you may not"},
		"no Deployment":                {func(w *world) { delete(w.objects, deploymentPath) }, "replicas", doctor.Wrong, "no Deployment"},
		"a replica is not ready":       {func(w *world) { pods(w)[0].(object)["status"] = object{} }, "replicas", doctor.Wrong, "2 of 3"},
		"one replica":                  {func(w *world) { spec(w)["replicas"] = 1 }, "replicas", doctor.Note, "one replica"},
		"all on one node":              {func(w *world) { pods(w)[1].(object)["spec"].(object)["nodeName"] = "node-0" }, "spread", doctor.Note, "node-0"},
		"no budget":                    {func(w *world) { w.objects[budgetsPath] = object{"items": []any{}} }, "disruption-budget", doctor.Wrong, "a drain"},
		"two programs": {func(w *world) {
			pods(w)[1].(object)["spec"].(object)["containers"].([]any)[0].(object)["image"] = "old"
		}, "same-program", doctor.Wrong, "2 different images"},
		"a configuration that is wrong": {func(w *world) { w.objects[configPath].(object)["data"] = object{"guard.yaml": "version: 2\n"} }, "configuration", doctor.Wrong, "cannot be used"},
		"a user is exempt":              {func(w *world) { configured(w, "exempt: {users: [jane], namespaces: [kube-system]}") }, "exempt", doctor.Note, "these users to no rule: jane"},
		"a namespace is exempt":         {func(w *world) { configured(w, "exempt: {namespaces: [legacy]}") }, "exempt", doctor.Note, "these namespaces to no rule: legacy"},
		"nothing is denied":             {func(w *world) { configured(w, "mode: warn") }, "exempt", doctor.Note, "mode is warn"},
		"no configuration map":          {func(w *world) { delete(w.objects, configPath) }, "configuration", doctor.Unknown, "not there"},
		"a replica with other rules":    {func(w *world) { w.replica("web-b", "version: 1\nrules: {image/tag-branch: {action: off}}\n") }, "answers", doctor.Wrong, "2 different policies"},
		"replicas of before": {func(w *world) {
			w.objects[configPath].(object)["data"] = object{"guard.yaml": "version: 1\nrules: {image/tag-latest: {action: warn}}\n"}
		}, "answers", doctor.Note, "do not decide by"},
		"a replica that does not answer": {func(w *world) { delete(w.decides, "web-b") }, "answers", doctor.Wrong, "web-b is ready and answers no review"},
		"replicas may not be asked":      {func(w *world) { w.fail[podsPath+"/https:web-b:8443/proxy/validate"] = doctor.ErrForbidden }, "answers", doctor.Unknown, "you may not"},
		"no policy":                      {func(w *world) { delete(w.objects, policyPath) }, "policy-of-the-api-server", doctor.Note, "nothing holds"},
		"a policy that nobody binds":     {func(w *world) { delete(w.objects, bindingPath) }, "policy-of-the-api-server", doctor.Note, "nothing holds"},
		"a policy that only warns":       {func(w *world) { w.objects[bindingPath].(object)["spec"].(object)["validationActions"] = []any{"Warn"} }, "policy-of-the-api-server", doctor.Note, "denies nothing"},
		"a role is missing":              {func(w *world) { delete(w.rights, "guard-webhook watch  namespaces ") }, "rights-needed", doctor.Wrong, "guard-webhook may not watch namespaces everywhere"},
		"the authority may not announce": {func(w *world) {
			delete(w.rights, "guard-webhook-certificates patch admissionregistration.k8s.io validatingwebhookconfigurations guard-webhook")
		}, "rights-needed", doctor.Wrong, "guard-webhook-certificates may not patch"},
		"a scan that may not list":     {func(w *world) { args(w, "--scan-every=1h") }, "rights-needed", doctor.Wrong, "may not list deployments.apps"},
		"reports that may not be made": {func(w *world) { args(w, "--policy-reports") }, "rights-needed", doctor.Wrong, "may not create policyreports"},
		"an account may do everything": {func(w *world) { w.rights["guard-webhook * * * "] = true }, "rights-beyond", doctor.Wrong, "guard-webhook may * *.* everywhere"},
		"an account reads all secrets": {func(w *world) { w.rights["guard-webhook get  secrets "] = true }, "rights-beyond", doctor.Wrong, "may get secrets everywhere"},
		"the webhook may disarm itself": {func(w *world) {
			w.rights["guard-webhook update admissionregistration.k8s.io validatingwebhookconfigurations guard-webhook"] = true
		}, "rights-beyond", doctor.Wrong, "may update"},
		"rights may not be asked for": {func(w *world) { w.fail[rightsPath] = doctor.ErrForbidden }, "rights-beyond", doctor.Unknown, "you may not"},
		"others change Pods": {func(w *world) {
			rule := object{"apiGroups": []any{"*"}, "resources": []any{"*/*"}, "operations": []any{"CREATE"}}
			w.objects[mutatingPath] = object{"items": []any{object{"webhooks": []any{object{"name": "inject.istio.io", "rules": []any{rule}}}}}}
		}, "mutating-webhooks", doctor.Note, "inject.istio.io"},
		"a bad Pod gets in": {func(w *world) { w.admits = func([]byte) error { return nil } }, "refuses", doctor.Wrong, "was admitted to shop"},
		"guard cannot be called": {func(w *world) {
			refuse(w, `Internal error occurred: failed calling webhook "pods.guard-webhook.guard": no endpoints`)
		}, "refuses", doctor.Wrong, "cannot call guard"},
		"somebody else refuses":              {func(w *world) { refuse(w, `violates PodSecurity "restricted:latest"`) }, "refuses", doctor.Unknown, "before guard was asked"},
		"a good Pod is refused":              {func(w *world) { refuse(w, "guard cannot decide, and denies what it cannot decide") }, "admits", doctor.Wrong, "was refused in shop"},
		"no quota for a good Pod":            {func(w *world) { refuse(w, "exceeded quota") }, "admits", doctor.Unknown, "exceeded quota"},
		"more namespaces than are looked at": {func(w *world) { w.objects[namespacesPath].(object)["metadata"] = object{"continue": "x"} }, "out-of-reach", doctor.Unknown, "more than 5000"},
		"nobody may list nodes":              {func(w *world) { w.fail[nodesPath] = doctor.ErrForbidden }, "spread", doctor.Unknown, "you may not"},
		"no API server any more":             {func(w *world) { w.fail[hooksPath] = errors.New("it does not answer") }, "armed", doctor.Unknown, "does not answer"},
		"a rule that is off there":           {func(w *world) { configured(w, "namespaces: [{names: [shop], mode: warn}]") }, "refuses", doctor.Note, "denies no Pod in shop"},
	} {
		t.Run(name, func(t *testing.T) {
			w := installed(t)
			c.change(w)
			for _, got := range run(t, w).Checks {
				if got.ID == c.id && got.Status == c.status && strings.Contains(got.Message, c.says) {
					if got.Status == doctor.Wrong && got.Remedy == "" {
						t.Errorf("%s: nothing is to be done", got.Message)
					}
					return
				}
			}
			var text bytes.Buffer
			_ = run(t, w).Text(&text)
			t.Errorf("nothing of %s is %s and says %q:\n%s", c.id, c.status, c.says, &text)
		})
	}
}

func exclude(hook object, namespace string) {
	x := hook["namespaceSelector"].(object)["matchExpressions"].([]any)[0].(object)
	x["values"] = append(x["values"].([]any), namespace)
}

func refuse(w *world, message string) {
	w.admits = func([]byte) error { return &doctor.Refusal{Message: message} }
}

func configured(w *world, admission string) {
	w.objects[configPath].(object)["data"] = object{"guard.yaml": "version: 1\nadmission: {" + admission + "}\n"}
}

// Without an installation nothing is fine, and nothing ends in a panic.
func TestRun_NothingIsThere(t *testing.T) {
	w := installed(t)
	clear(w.objects)
	r := run(t, w)
	if r.Summary[doctor.OK] > 0 || r.Summary[doctor.Wrong] < 2 {
		t.Errorf("%+v", r)
	}
}

func TestReport_Formats(t *testing.T) {
	w := installed(t)
	w.hooks()[0]["failurePolicy"] = "Ignore"
	r := run(t, w)
	var text, machine bytes.Buffer
	if err := errors.Join(r.Text(&text), r.JSON(&machine)); err != nil {
		t.Fatal(err)
	}
	if got := text.String(); !strings.Contains(got, "wrong   fails-closed: pods.guard-webhook.guard has failurePolicy Ignore") || !strings.Contains(got, "\n        = helm upgrade") || !strings.HasSuffix(got, "1 wrong, 0 not looked at\n") {
		t.Error(got)
	}
	var read doctor.Report
	if err := json.Unmarshal(machine.Bytes(), &read); err != nil || read.Summary[doctor.Wrong] != 1 || len(read.Checks) != len(r.Checks) {
		t.Errorf("%v: %s", err, &machine)
	}
}
