//go:build cluster

package cluster_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"guard/admission"
	"guard/admission/audit"
	"guard/admission/authority"
	"guard/admission/cluster"
	"guard/admission/clustertest"
)

// scanner is one of the processes that would scan.
type scanner struct {
	metrics *prometheus.Registry
	end     context.CancelFunc
	over    sync.WaitGroup
}

func startScanner(t *testing.T, c *clustertest.Cluster) *scanner {
	t.Helper()
	api := open(t, c)
	h := handler(t, api, "")
	s := &scanner{metrics: prometheus.NewRegistry()}
	ctx, end := context.WithCancel(t.Context())
	s.end = end
	scan := &audit.Scan{
		Every: 500 * time.Millisecond, Lister: api.Lister(1), Logger: slog.New(slog.DiscardHandler),
		Lead: func(ctx context.Context, work func(context.Context)) error { return api.Lead(ctx, "guard-scan", work) },
		Write: func(ctx context.Context, r *audit.Result) error {
			_, _, err := api.Report(ctx, r, nil, "")
			return err
		},
	}
	s.over.Go(func() { scan.Beside(ctx, func() *admission.Handler { return h }, s.metrics) })
	return s
}

// value is a metric, summed over its labels but those that are asked for.
func (s *scanner) value(t *testing.T, name string, labels ...string) (sum float64) {
	t.Helper()
	families, err := s.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			text := family.GetName() + " " + metric.String()
			has := family.GetName() == name
			for _, label := range labels {
				has = has && strings.Contains(text, label)
			}
			if has {
				sum += metric.GetGauge().GetValue() + metric.GetCounter().GetValue()
			}
		}
	}
	return sum
}

func TestCluster_ScanHasOneLeader(t *testing.T) {
	c := clustertest.Start(t, clustertest.Options{})
	definition, err := os.ReadFile("testdata/policyreports.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c.Apply(t, string(definition))
	c.Kubectl(t, "wait", "--for=condition=Established", "--timeout=60s", "crd/policyreports.wgpolicyk8s.io")
	c.Kubectl(t, "create", "namespace", "shop")
	c.Apply(t, deployment("shop", "web", "registry.example.com/shop/web:latest", ""))

	first := startScanner(t, c)
	c.WaitFor(t, "the first scan", func(context.Context) error {
		if first.value(t, "guard_scans_total", "finished") == 0 {
			return errors.New("there was none")
		}
		return nil
	})
	if got := first.value(t, "guard_scan_findings", "image/tag-latest", "deny"); got != 1 {
		t.Errorf("%v findings of image/tag-latest", got)
	}
	if got := names(t, c); got != "shop/guard-deployments.apps" {
		t.Errorf("reports: %s", got)
	}
	second := startScanner(t, c)
	scans := first.value(t, "guard_scans_total", "finished")
	c.WaitFor(t, "more scans", func(context.Context) error {
		if now := first.value(t, "guard_scans_total", "finished"); now < scans+2 {
			return fmt.Errorf("%v after %v", now, scans)
		}
		return nil
	})
	if leads, scanned := second.value(t, "guard_scan_leader"), second.value(t, "guard_scans_total"); leads != 0 || scanned != 0 {
		t.Errorf("the second one leads: %v, and has scanned %v times", leads, scanned)
	}

	first.end()
	first.over.Wait()
	if leads, kept := first.value(t, "guard_scan_leader"), first.value(t, "guard_scan_findings"); leads != 0 || kept != 0 {
		t.Errorf("the first one still leads (%v) and says %v findings", leads, kept)
	}
	c.Kubectl(t, "delete", "deployment/web", "--namespace=shop")
	c.WaitFor(t, "the second to follow, and the report to go", func(context.Context) error {
		if left := names(t, c); left != "" || second.value(t, "guard_scan_leader") != 1 {
			return fmt.Errorf("reports %q, leader %v", left, second.value(t, "guard_scan_leader"))
		}
		return nil
	})
	second.end()
	second.over.Wait()
	if holder := c.Kubectl(t, "get", "lease/guard-scan", "--namespace=default", "--output=jsonpath={.spec.holderIdentity}"); holder != "" {
		t.Errorf("the Lease was not given back: %q holds it", holder)
	}
}

// Who may have no Lease scans nothing, and the end of the process ends the wait.
func TestCluster_ScanNeedsItsLease(t *testing.T) {
	c := clustertest.Start(t, clustertest.Options{})
	kubeconfig, err := c.Kubeconfig("nobody")
	if err != nil {
		t.Fatal(err)
	}
	api, err := cluster.Open(cluster.Connection{Kubeconfig: kubeconfig})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	worked := false
	if err := api.Lead(ctx, "guard-scan", func(context.Context) { worked = true }); err != nil || worked {
		t.Errorf("worked %v, %v", worked, err)
	}
}

// The program scans beside its reviews, and ends well.
func TestCluster_ScanOfTheProgram(t *testing.T) {
	c := clustertest.Start(t, clustertest.Options{})
	c.Kubectl(t, "create", "namespace", "shop")
	c.Apply(t, deployment("shop", "web", "registry.example.com/shop/web:latest", ""))
	kubeconfig, err := c.Kubeconfig("admin", "system:masters")
	if err != nil {
		t.Fatal(err)
	}
	keeper := authority.Keeper{Store: open(t, c).Secret("default", "tls"), Names: []string{"localhost"}}
	bundle, err := keeper.Ensure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	if err := errors.Join(os.WriteFile(cert, bundle.Cert, 0o600), os.WriteFile(key, bundle.Key, 0o600)); err != nil {
		t.Fatal(err)
	}
	health := freeAddress(t)
	log := new(bytes.Buffer)
	webhook := exec.Command(build(t), "--cert", cert, "--key", key, "--listen", "127.0.0.1:0", "--health", health, "--kubeconfig", kubeconfig, "--scan-every", "1m")
	webhook.Stderr = log
	if err := webhook.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = webhook.Process.Kill() }()
	c.WaitFor(t, "the metrics of a scan", func(context.Context) error {
		response, err := http.Get("http://" + health + "/metrics")
		if err != nil {
			return err
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if want := `guard_scan_findings{rule="image/tag-latest",status="deny"} 1`; !strings.Contains(string(text), want) {
			return errors.Join(err, errors.New("no "+want))
		}
		return nil
	})
	if err := webhook.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := webhook.Wait(); err != nil {
		t.Errorf("%v\n%s", err, log)
	}
	if holder := c.Kubectl(t, "get", "lease/guard-scan", "--namespace=default", "--output=jsonpath={.spec.holderIdentity}"); holder != "" {
		t.Errorf("the Lease was not given back: %q holds it", holder)
	}
	for line := range strings.Lines(log.String()) {
		if !strings.HasPrefix(line, "{") {
			t.Errorf("a line of the log is no JSON: %s", line)
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
