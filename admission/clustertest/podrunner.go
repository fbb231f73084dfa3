package clustertest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// PodRunner runs the Pods of a namespace as processes of this machine, each in
// a root directory of its own, with the volumes, the token of the service
// account and the names of Services that a kubelet would give it. It needs
// Linux and root. What it leaves out: images, limits, network policies,
// containers beside the first one, and every probe but readiness.
//
// No node is needed: a Pod that is bound to none is gone at once when it is
// deleted, and so is its process.
type PodRunner struct {
	Namespace string
	Programs  map[string]string             // paths on this machine by the command of a container
	Listen    func(address string) []string // further arguments for a container with ports, which listens on an address of its own
	Service   string                        // name of the Service that all Pods with ports are behind
	Headless  string                        // name of the Service that names each of them which is ready

	cluster *Cluster
	t       testing.TB
	dir     string
	mu      sync.Mutex
	pods    map[string]*runningPod // by UID
	serial  int
}

// runnerPod is what is read of a Pod.
type runnerPod struct {
	Metadata struct {
		Name, UID         string
		DeletionTimestamp *string
		Labels            map[string]string
	}
	Spec struct {
		ServiceAccountName           string
		AutomountServiceAccountToken *bool
		Containers                   []struct {
			Name           string
			Command, Args  []string
			Ports          []struct{ ContainerPort int }
			VolumeMounts   []struct{ Name, MountPath string }
			ReadinessProbe *struct{ HTTPGet struct{ Path string } }
			Env            []struct{ Name, Value string }
		}
		Volumes []struct {
			Name   string
			Secret *struct {
				SecretName string
				Items      []struct{ Key, Path string }
			}
			ConfigMap *struct{ Name string }
		}
	}
}

// runningPod is a Pod and its process.
type runningPod struct {
	pod     runnerPod
	root    string
	address string // on this machine
	podIP   string // in the cluster
	process *process
	ready   bool
	told    string // what its status was last
}

const runnerEvery = 200 * time.Millisecond

// EgressConfig writes a configuration by which the API server reaches Services
// and Pods through a socket, and returns the flag that names it and the socket.
func EgressConfig(t testing.TB) (flag, socket string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "guard-egress-") // short: the path of a socket is
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket = filepath.Join(dir, "s")
	file := filepath.Join(dir, "egress.yaml")
	text := "apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\negressSelections:\n- name: cluster\n  connection: {proxyProtocol: HTTPConnect, transport: {uds: {udsName: " + socket + "}}}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return "--egress-selector-config-file=" + file, socket
}

// RunPods starts a runner for the time of the test, and serves the API server
// its way to Pods and Services at a socket.
func (c *Cluster) RunPods(t testing.TB, r *PodRunner, socket string) {
	t.Helper()
	if os.Geteuid() != 0 || runtime.GOOS != "linux" {
		t.Skip("running Pods as processes needs Linux and root, for their root directories")
	}
	r.cluster, r.t, r.pods, r.dir = c, t, map[string]*runningPod{}, filepath.Join(c.dir, "pods")
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(c.dir, 0o755); err != nil { // processes look up what they are from the outside
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	service, err := net.Listen("tcp", serviceAddress+":443")
	if err != nil {
		t.Fatal(err)
	}
	proxy := &http.Server{Handler: http.HandlerFunc(r.connect), ReadHeaderTimeout: 10 * time.Second}
	go proxy.Serve(listener)
	go r.balance(service)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { r.run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
		proxy.Close()
		service.Close()
		for _, p := range r.pods {
			p.end()
		}
	})
}

// serviceAddress is where Pods reach the Service with an address: its name
// leads here.
const serviceAddress = "127.64.255.1"

// run looks at the Pods again and again.
func (r *PodRunner) run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := r.look(); err != nil {
			r.t.Logf("the Pods of %s: %v", r.Namespace, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(runnerEvery):
		}
	}
}

func (r *PodRunner) look() error {
	var all struct{ Items []runnerPod }
	if err := r.get(&all, "pods"); err != nil {
		return err
	}
	there := map[string]bool{}
	for _, p := range all.Items {
		there[p.Metadata.UID] = true
		running := r.pods[p.Metadata.UID]
		if running == nil && p.Metadata.DeletionTimestamp == nil {
			running = r.newPod(p)
		}
		if running != nil {
			if err := r.advance(running); err != nil {
				r.t.Logf("the Pod %s: %v", p.Metadata.Name, err)
			}
		}
	}
	for uid, p := range r.pods {
		if !there[uid] {
			p.end()
			r.mu.Lock()
			delete(r.pods, uid)
			r.mu.Unlock()
		}
	}
	return nil
}

func (r *PodRunner) newPod(p runnerPod) *runningPod {
	r.serial++
	running := &runningPod{pod: p, root: filepath.Join(r.dir, p.Metadata.Name), address: fmt.Sprintf("127.64.1.%d", r.serial), podIP: fmt.Sprintf("10.64.1.%d", r.serial)}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pods[p.Metadata.UID] = running
	return running
}

// advance takes a Pod a step on: what it mounts is current, its process runs,
// and its status says what became of it.
func (r *PodRunner) advance(p *runningPod) error {
	waits, err := r.mount(p)
	if err != nil || waits {
		return err
	}
	if p.process == nil {
		return r.startPod(p)
	}
	select {
	case <-p.process.ended:
		return r.ended(p)
	default:
		return r.probe(p)
	}
}

// mount writes what a Pod mounts, and what it finds in every container. Waits
// is true while something is not there yet.
func (r *PodRunner) mount(p *runningPod) (waits bool, err error) {
	c := p.pod.Spec.Containers[0]
	for _, m := range c.VolumeMounts {
		files, err := r.volume(p, m.Name)
		if err != nil || files == nil {
			return true, err
		}
		for name, text := range files {
			if err := replaceFile(filepath.Join(p.root, m.MountPath, name), text); err != nil {
				return true, err
			}
		}
	}
	files := map[string][]byte{"etc/hosts": r.hosts(), "etc/nsswitch.conf": []byte("hosts: files\n")}
	for name, text := range files {
		if err := replaceFile(filepath.Join(p.root, name), text); err != nil {
			return true, err
		}
	}
	return false, nil
}

// volume are the files of a volume; nil where they are not there yet.
func (r *PodRunner) volume(p *runningPod, name string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, v := range p.pod.Spec.Volumes {
		switch {
		case v.Name != name:
		case v.Secret != nil:
			var found struct{ Data map[string][]byte }
			if err := r.get(&found, "secret", v.Secret.SecretName); err != nil {
				return nil, err
			}
			for _, item := range v.Secret.Items {
				text, there := found.Data[item.Key]
				if !there {
					return nil, nil
				}
				files[item.Path] = text
			}
		case v.ConfigMap != nil:
			var found struct{ Data map[string]string }
			if err := r.get(&found, "configmap", v.ConfigMap.Name); err != nil {
				return nil, err
			}
			for key, text := range found.Data {
				files[key] = []byte(text)
			}
		}
	}
	return files, nil
}

// hosts are the names of the Services, as DNS has them.
func (r *PodRunner) hosts() []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s %s.%s.svc\n", serviceAddress, r.Service, r.Namespace)
	for _, address := range r.readyAddresses() {
		fmt.Fprintf(&text, "%s %s.%s.svc\n", address, r.Headless, r.Namespace)
	}
	return text.Bytes()
}

// readyAddresses are those of the Pods that listen and are ready.
func (r *PodRunner) readyAddresses() (all []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.pods {
		if p.ready && len(p.pod.Spec.Containers[0].Ports) > 0 {
			all = append(all, p.address)
		}
	}
	return all
}

// startPod starts the process of a Pod, as the user that nobody is.
func (r *PodRunner) startPod(p *runningPod) error {
	c := p.pod.Spec.Containers[0]
	program := r.Programs[c.Command[0]]
	if program == "" {
		return fmt.Errorf("there is no program %q", c.Command[0])
	}
	if err := linkFile(program, filepath.Join(p.root, "program")); err != nil {
		return err
	}
	env := []string{"HOME=/"}
	for _, e := range c.Env {
		env = append(env, e.Name+"="+e.Value)
	}
	if p.pod.Spec.AutomountServiceAccountToken != nil && *p.pod.Spec.AutomountServiceAccountToken {
		at, err := r.token(p)
		if err != nil {
			return err
		}
		env = append(env, at...)
	}
	args := c.Args
	if len(c.Ports) > 0 && r.Listen != nil {
		args = append(args, r.Listen(p.address)...)
	}
	var err error
	p.process, err = startIn(p.root, p.pod.Metadata.Name, filepath.Join(r.cluster.dir, p.pod.Metadata.Name+".log"), env, args)
	return err
}

// token gives a Pod what it needs to ask the API server as its service account.
func (r *PodRunner) token(p *runningPod) (env []string, err error) {
	token, err := r.cluster.kubectl(nil, "create", "token", p.pod.Spec.ServiceAccountName, "--namespace="+r.Namespace, "--duration=1h")
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(p.root, "var/run/secrets/kubernetes.io/serviceaccount")
	for name, text := range map[string][]byte{"token": []byte(strings.TrimSpace(token)), "ca.crt": r.cluster.CA(), "namespace": []byte(r.Namespace)} {
		if err := replaceFile(filepath.Join(dir, name), text); err != nil {
			return nil, err
		}
	}
	at, err := url.Parse(r.cluster.URL)
	if err != nil {
		return nil, err
	}
	return []string{"KUBERNETES_SERVICE_HOST=" + at.Hostname(), "KUBERNETES_SERVICE_PORT=" + at.Port()}, nil
}

// probe tells whether a Pod is ready.
func (r *PodRunner) probe(p *runningPod) error {
	ready := true
	if probe := p.pod.Spec.Containers[0].ReadinessProbe; probe != nil {
		client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		ready = get(ctx, client, "http://"+p.address+":8081"+probe.HTTPGet.Path) == nil
	}
	r.mu.Lock()
	p.ready = ready
	r.mu.Unlock()
	return r.tell(p, "Running", ready, `{"running": {}}`)
}

// ended tells how a process has ended. One that should go on is started again.
func (r *PodRunner) ended(p *runningPod) error {
	r.mu.Lock()
	p.ready = false
	r.mu.Unlock()
	code := p.process.cmd.ProcessState.ExitCode()
	if _, job := p.pod.Metadata.Labels["batch.kubernetes.io/job-name"]; job {
		phase := map[bool]string{true: "Succeeded", false: "Failed"}[code == 0]
		return r.tell(p, phase, false, fmt.Sprintf(`{"terminated": {"exitCode": %d}}`, code))
	}
	r.t.Logf("the Pod %s ended with %d: %s", p.pod.Metadata.Name, code, p.process.tail(shortTailSize))
	p.process = nil
	return r.tell(p, "Running", false, `{"waiting": {"reason": "CrashLoopBackOff"}}`)
}

// tell writes the status of a Pod, where it is another one.
func (r *PodRunner) tell(p *runningPod, phase string, ready bool, state string) error {
	is := map[bool]string{true: "True", false: "False"}[ready]
	status := fmt.Sprintf(`{"status": {"phase": %q, "podIP": %q, "podIPs": [{"ip": %q}], "conditions": [{"type": "Ready", "status": %q}, {"type": "ContainersReady", "status": %q}],
		"containerStatuses": [{"name": %q, "ready": %t, "restartCount": 0, "image": "x", "imageID": "x", "state": %s}]}}`,
		phase, p.podIP, p.podIP, is, is, p.pod.Spec.Containers[0].Name, ready, state)
	if status == p.told {
		return nil
	}
	_, err := r.cluster.kubectl(nil, "patch", "pod", p.pod.Metadata.Name, "--namespace="+r.Namespace, "--subresource=status", "--type=strategic", "--patch="+status)
	if err == nil {
		p.told = status
	}
	return err
}

func (p *runningPod) end() {
	if p.process != nil {
		_ = p.process.stop()
	}
}

// get reads an object, or a list, of the namespace.
func (r *PodRunner) get(into any, what ...string) error {
	text, err := r.cluster.kubectl(nil, append([]string{"get", "--namespace=" + r.Namespace, "--output=json"}, what...)...)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), into)
}

// connect is the API server's way to Pods and Services: CONNECT, as a proxy
// does it.
func (r *PodRunner) connect(w http.ResponseWriter, call *http.Request) {
	if call.Method != http.MethodConnect {
		http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
		return
	}
	to, err := r.dial(call.Host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	from, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		to.Close()
		return
	}
	if _, err := from.Write([]byte("HTTP/1.1 200 OK\r\n\r\n")); err != nil {
		from.Close()
		to.Close()
		return
	}
	splice(from, to)
}

// dial connects to a Pod by its address, or to one of those behind a Service.
func (r *PodRunner) dial(target string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(target)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	for _, p := range r.pods {
		if p.podIP == host {
			r.mu.Unlock()
			return net.DialTimeout("tcp", net.JoinHostPort(p.address, port), 5*time.Second)
		}
	}
	r.mu.Unlock()
	for _, address := range r.readyAddresses() {
		if conn, err := net.DialTimeout("tcp", address+":8443", 5*time.Second); err == nil {
			return conn, nil
		}
	}
	return nil, errors.New("nobody is ready behind " + target)
}

// balance serves the Service's address to Pods.
func (r *PodRunner) balance(service net.Listener) {
	for {
		from, err := service.Accept()
		if err != nil {
			return
		}
		to, err := r.dial("service:443")
		if err != nil {
			from.Close()
			continue
		}
		go splice(from, to)
	}
}
