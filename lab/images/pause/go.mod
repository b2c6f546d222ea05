module homelab.example/pause

go 1.24
