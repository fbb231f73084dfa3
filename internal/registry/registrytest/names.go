package registrytest

import (
	"context"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// Name lets a name lead to addresses.
func (n *Network) Name(name string, addresses ...string) { n.Rebind(name, addresses) }

// Rebind lets a name lead elsewhere each time it is looked up.
func (n *Network) Rebind(name string, answers ...[]string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.names[strings.ToLower(name)] = answers
}

// Resolver looks names up in this network.
func (n *Network) Resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", n.dns.LocalAddr().String())
	}}
}

func (n *Network) answerNames() {
	buffer := make([]byte, 4096)
	for {
		size, from, err := n.dns.ReadFrom(buffer)
		if err != nil {
			return
		}
		if reply, ok := n.answerName(buffer[:size]); ok {
			n.dns.WriteTo(reply, from)
		}
	}
}

func (n *Network) answerName(query []byte) ([]byte, bool) {
	var message dnsmessage.Message
	if message.Unpack(query) != nil || len(message.Questions) != 1 {
		return nil, false
	}
	question := message.Questions[0]
	addresses, known := n.next(question)
	message.Header = dnsmessage.Header{ID: message.ID, Response: true, RecursionAvailable: true}
	message.Additionals = nil
	if !known {
		message.RCode = dnsmessage.RCodeNameError
	}
	for _, address := range addresses {
		header := dnsmessage.ResourceHeader{Name: question.Name, Type: question.Type, Class: question.Class}
		switch {
		case address.Is4() && question.Type == dnsmessage.TypeA:
			message.Answers = append(message.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: address.As4()}})
		case address.Is6() && question.Type == dnsmessage.TypeAAAA:
			message.Answers = append(message.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: address.As16()}})
		}
	}
	reply, err := message.Pack()
	return reply, err == nil
}

// next gives the answer to a question. Each look-up of an IPv4 address takes
// one answer away as long as there is another.
func (n *Network) next(question dnsmessage.Question) (addresses []netip.Addr, known bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name := strings.TrimSuffix(strings.ToLower(question.Name.String()), ".")
	answers, known := n.names[name]
	if !known {
		return nil, false
	}
	for _, text := range answers[0] {
		addresses = append(addresses, netip.MustParseAddr(text))
	}
	if question.Type == dnsmessage.TypeA && len(answers) > 1 {
		n.names[name] = answers[1:]
	}
	return addresses, true
}
