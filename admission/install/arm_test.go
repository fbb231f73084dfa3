package install_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	registration "k8s.io/api/admissionregistration/v1"
	"k8s.io/client-go/rest"

	"guard/admission"
	"guard/admission/admissiontest"
	"guard/admission/install"
)

// apiServer keeps one configuration, and fails as it is told to. What a real
// one does with it another test asks.
type apiServer struct {
	mu        sync.Mutex
	kept      *registration.ValidatingWebhookConfiguration // nil: it is not there
	version   int
	conflicts int // of the next writes
	refuse    int // status of every write; 0: none
	writes    int
}

func (s *apiServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	const path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/guard-webhook"
	switch {
	case r.URL.Path != path:
		status(w, http.StatusForbidden, "Forbidden")
	case s.kept == nil:
		status(w, http.StatusNotFound, "NotFound")
	case r.Method == http.MethodPut && s.refuse > 0:
		status(w, s.refuse, "Forbidden")
	case r.Method == http.MethodPut:
		s.write(w, r)
	default:
		s.read(w)
	}
}

func (s *apiServer) read(w http.ResponseWriter) {
	object := s.kept.DeepCopy()
	object.APIVersion, object.Kind, object.ResourceVersion = "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", fmt.Sprint(s.version)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(object)
}

func (s *apiServer) write(w http.ResponseWriter, r *http.Request) {
	s.writes++
	var object registration.ValidatingWebhookConfiguration
	if err := json.NewDecoder(r.Body).Decode(&object); err != nil {
		status(w, http.StatusBadRequest, "BadRequest")
		return
	}
	if s.conflicts > 0 {
		s.conflicts--
		s.version++
	}
	if object.ResourceVersion != fmt.Sprint(s.version) {
		status(w, http.StatusConflict, "Conflict")
		return
	}
	s.version++
	s.kept = &object
	s.read(w)
}

func status(w http.ResponseWriter, code int, reason string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":%q,"code":%d,"message":"no"}`, reason, code)
}

// cluster is an API server with a disarmed configuration, and the way to it.
func cluster(t *testing.T) (*apiServer, *rest.Config) {
	t.Helper()
	s := &apiServer{kept: &registration.ValidatingWebhookConfiguration{}}
	s.kept.Name, s.kept.Labels = install.Name, map[string]string{"app.kubernetes.io/name": "guard-webhook"}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, &rest.Config{Host: server.URL}
}

const serviceName = "guard-webhook.guard-system.svc"

// serve starts a replica of the webhook, and gives its address.
func serve(t *testing.T, a *admissiontest.Authority, name string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	at, ended := make(chan string, 1), make(chan error, 1)
	o := admission.Options{Listen: "127.0.0.1:0", Health: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler), Decisions: io.Discard}
	o.CertFile, o.KeyFile = a.Write(t, t.TempDir(), time.Now().Add(time.Hour), name)
	o.Ready = func(reviews, _ net.Addr) { at <- reviews.String() }
	go func() { ended <- admission.Serve(ctx, o) }()
	t.Cleanup(func() { cancel(); <-ended })
	select {
	case address := <-at:
		return address
	case err := <-ended:
		ended <- err
		t.Fatal(err)
		return ""
	}
}

// network is the names and addresses of a cluster.
type network struct {
	mu     sync.Mutex
	ready  []string          // addresses that the headless Service names
	listen map[string]string // where an address of the cluster leads to
}

func (n *network) options(a *admissiontest.Authority) install.Options {
	return install.Options{
		Namespace: "guard-system", Replicas: 2, CA: a.PEM, Timeout: 5, Wait: time.Minute,
		Lookup: func(_ context.Context, host string) ([]string, error) {
			n.mu.Lock()
			defer n.mu.Unlock()
			if host != "guard-webhook-replicas.guard-system.svc" || len(n.ready) == 0 {
				return nil, errors.New("no such host")
			}
			return n.ready, nil
		},
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			to, known := n.listen[address]
			if !known {
				return nil, errors.New("no route to " + address)
			}
			return new(net.Dialer).DialContext(ctx, network, to)
		},
	}
}

// replicas are two that answer, behind a Service.
func replicas(t *testing.T, a *admissiontest.Authority) *network {
	t.Helper()
	first, second := serve(t, a, serviceName), serve(t, a, serviceName)
	return &network{ready: []string{"10.0.0.1", "10.0.0.2"}, listen: map[string]string{"10.0.0.1:8443": first, "10.0.0.2:8443": second, serviceName + ":443": first}}
}

func TestArm_FillsInTheWebhooks(t *testing.T) {
	a := admissiontest.NewAuthority(t)
	s, config := cluster(t)
	o := replicas(t, a).options(a)
	for range 2 { // the second time there is nothing to do
		if err := install.Arm(t.Context(), config, o); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.kept.Webhooks) != 2 || string(s.kept.Webhooks[0].ClientConfig.CABundle) != string(a.PEM) || s.kept.Labels["app.kubernetes.io/name"] == "" || s.writes != 1 {
		t.Errorf("after %d writes the configuration is %+v", s.writes, s.kept)
	}
	for range 2 {
		if err := install.Disarm(t.Context(), config); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.kept.Webhooks) != 0 || s.kept.Labels["app.kubernetes.io/name"] == "" || s.writes != 2 {
		t.Errorf("after %d writes the configuration is %+v", s.writes, s.kept)
	}
}

// RELIABILITY 63: nothing is armed that the API server could not rely on.
func TestArm_ChangesNothingWhereAReplicaDoesNotAnswer(t *testing.T) {
	a, other := admissiontest.NewAuthority(t), admissiontest.NewAuthority(t)
	stranger, nameless := serve(t, other, serviceName), serve(t, a, "example.com")
	broken := httptest.NewUnstartedServer(http.NotFoundHandler())
	certFile, keyFile := a.Write(t, t.TempDir(), time.Now().Add(time.Hour), serviceName)
	for name, c := range map[string]struct {
		change func(*network)
		why    string
	}{
		"no replica is ready":               {func(n *network) { n.ready = nil }, "no replica is ready"},
		"one is missing":                    {func(n *network) { n.ready = n.ready[:1] }, "1 of 2 replicas"},
		"one stands twice":                  {func(n *network) { n.ready = []string{"10.0.0.1", "10.0.0.1"} }, "1 of 2 replicas"},
		"one more does not answer":          {func(n *network) { n.ready = append(n.ready, "10.0.0.3") }, "the replica at 10.0.0.3"},
		"one has a certificate of others":   {func(n *network) { n.listen["10.0.0.2:8443"] = stranger }, "unknown authority"},
		"one has a certificate for another": {func(n *network) { n.listen["10.0.0.2:8443"] = nameless }, "not " + serviceName},
		"one does not review":               {func(n *network) { n.listen["10.0.0.2:8443"] = tlsServer(t, broken, certFile, keyFile) }, "404"},
		"the Service leads nowhere":         {func(n *network) { delete(n.listen, serviceName+":443") }, "the Service guard-webhook"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, config := cluster(t)
			n := replicas(t, a)
			c.change(n)
			ctx, cancel := context.WithCancel(t.Context())
			o := n.options(a)
			o.Tell = func(string) { cancel() } // one look is enough
			err := install.Arm(ctx, config, o)
			if err == nil || !strings.Contains(err.Error(), c.why) || !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want an error about %q", err, c.why)
			}
			if s.writes > 0 {
				t.Errorf("the configuration was changed to %+v", s.kept)
			}
		})
	}
}

func TestArm_GivesUpInTime(t *testing.T) {
	s, config := cluster(t)
	o := (&network{}).options(admissiontest.NewAuthority(t))
	o.Wait = 10 * time.Millisecond
	if err := install.Arm(t.Context(), config, o); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no replica is ready") || s.writes > 0 {
		t.Errorf("got %v after %d writes", err, s.writes)
	}
}

// tlsServer starts a server with a certificate of files.
func tlsServer(t *testing.T, s *httptest.Server, certFile, keyFile string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Config.ServeTLS(listener, certFile, keyFile) }()
	t.Cleanup(func() { _ = s.Config.Close() })
	return listener.Addr().String()
}

func TestArm_WaitsForTheReplicas(t *testing.T) {
	a := admissiontest.NewAuthority(t)
	s, config := cluster(t)
	n := replicas(t, a)
	late := n.ready[1]
	n.ready = n.ready[:1]
	o := n.options(a)
	var told []string
	o.Tell = func(why string) {
		told = append(told, why)
		n.mu.Lock()
		defer n.mu.Unlock()
		n.ready = append(n.ready, late)
	}
	if err := install.Arm(t.Context(), config, o); err != nil {
		t.Fatal(err)
	}
	if len(told) != 1 || told[0] != "1 of 2 replicas are ready" || len(s.kept.Webhooks) != 2 {
		t.Errorf("told %q, armed %d webhooks", told, len(s.kept.Webhooks))
	}
}

func TestArm_SaysWhatTheAPIServerRefuses(t *testing.T) {
	a := admissiontest.NewAuthority(t)
	n := replicas(t, a)
	t.Run("a conflict is tried again", func(t *testing.T) {
		s, config := cluster(t)
		s.conflicts = 2
		if err := install.Arm(t.Context(), config, n.options(a)); err != nil || len(s.kept.Webhooks) != 2 {
			t.Errorf("armed %d webhooks, %v", len(s.kept.Webhooks), err)
		}
	})
	t.Run("no permission", func(t *testing.T) {
		s, config := cluster(t)
		s.refuse = http.StatusForbidden
		if err := install.Arm(t.Context(), config, n.options(a)); err == nil || !strings.Contains(err.Error(), "ValidatingWebhookConfiguration guard-webhook") {
			t.Errorf("got %v", err)
		}
		s.kept.Webhooks = install.Webhooks(n.options(a))
		if err := install.Disarm(t.Context(), config); err == nil {
			t.Error("disarming says nothing of what was refused")
		}
	})
	t.Run("no configuration", func(t *testing.T) {
		s, config := cluster(t)
		s.kept = nil
		if err := install.Arm(t.Context(), config, n.options(a)); err == nil {
			t.Error("arming says nothing of the configuration that is not there")
		}
		if err := install.Disarm(t.Context(), config); err != nil {
			t.Errorf("where nothing asks there is nothing to disarm: %v", err)
		}
	})
	t.Run("no API server", func(t *testing.T) {
		if err := install.Disarm(t.Context(), &rest.Config{Host: "http://127.0.0.1:1"}); err == nil {
			t.Error("disarming says nothing of an API server that does not answer")
		}
	})
}

func TestOptions_Validate(t *testing.T) {
	good := install.Options{Namespace: "guard-system", Replicas: 3, CA: admissiontest.NewAuthority(t).PEM, Timeout: 5, Wait: time.Minute}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*install.Options){
		"no namespace":         func(o *install.Options) { o.Namespace = "" },
		"the system's":         func(o *install.Options) { o.Namespace = "kube-system" },
		"no replica":           func(o *install.Options) { o.Replicas = 0 },
		"too many":             func(o *install.Options) { o.Replicas = 1000 },
		"no CA":                func(o *install.Options) { o.CA = nil },
		"a CA that is no PEM":  func(o *install.Options) { o.CA = []byte("CA") },
		"no timeout":           func(o *install.Options) { o.Timeout = 0 },
		"a timeout of a while": func(o *install.Options) { o.Timeout = 30 },
		"a name of none":       func(o *install.Options) { o.Namespace = "Guard_System" },
		"a pattern of others":  func(o *install.Options) { o.Excluded = []string{"kube-*"} },
		"too many others":      func(o *install.Options) { o.Excluded = make([]string, 33) },
		"no time to wait":      func(o *install.Options) { o.Wait = 0 },
	} {
		o := good
		change(&o)
		if err := o.Validate(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
