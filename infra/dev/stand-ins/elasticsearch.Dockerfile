FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends curl \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 1000 --gid 0 --create-home --home-dir /usr/share/elasticsearch elasticsearch
COPY --chown=1000:0 jdk /usr/share/elasticsearch/jdk
COPY --chown=1000:0 distribution /usr/share/elasticsearch
COPY --chown=1000:0 elasticsearch-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
WORKDIR /usr/share/elasticsearch
RUN printf 'cluster.name: docker-cluster\nnetwork.host: 0.0.0.0\n' > config/elasticsearch.yml \
 && mkdir -p data logs && chown -R 1000:0 config data logs
ENV PATH=/usr/share/elasticsearch/bin:$PATH
VOLUME /usr/share/elasticsearch/data
EXPOSE 9200
USER 1000:0
ENTRYPOINT ["bash", "/usr/local/bin/docker-entrypoint.sh"]
