module homelab.example/registry-ui

go 1.24
