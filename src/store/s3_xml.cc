#include "store/s3_xml.h"

#include <charconv>
#include <pugixml.hpp>
#include <sstream>

#include "core/error.h"

namespace carmilla {
namespace {

arrow::Status NoAnswer(const std::string& problem) {
  return MakeError(ErrorKind::kIo, "reading an answer of S3: " + problem,
                   "is the endpoint really an S3 service?");
}

arrow::Status Load(std::string_view xml, pugi::xml_document* document) {
  const pugi::xml_parse_result result = document->load_buffer(xml.data(), xml.size());
  if (!result) return NoAnswer(result.description());
  return arrow::Status::OK();
}

int DigitOf(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

std::string UrlDecoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && DigitOf(text[i + 1]) >= 0 &&
               DigitOf(text[i + 2]) >= 0) {
      decoded += static_cast<char>(DigitOf(text[i + 1]) * 16 + DigitOf(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

/// Keys in an answer; a server may not know that it was asked to encode them.
class TextReader {
 public:
  explicit TextReader(const pugi::xml_node& root)
      : is_encoded_(std::string_view(root.child_value("EncodingType")) == "url") {}
  std::string operator()(const char* value) const {
    return is_encoded_ ? UrlDecoded(value) : std::string(value);
  }

 private:
  const bool is_encoded_;
};

}  // namespace

arrow::Result<S3ListPage> ParseS3ListPage(std::string_view xml) {
  pugi::xml_document document;
  ARROW_RETURN_NOT_OK(Load(xml, &document));
  const pugi::xml_node root = document.child("ListBucketResult");
  if (!root) return NoAnswer("it is no list of objects");
  const TextReader text(root);
  S3ListPage page;
  for (const pugi::xml_node node : root.children("Contents")) {
    S3ListPage::Entry entry{.key = text(node.child_value("Key"))};
    const std::string_view size = node.child_value("Size");
    std::from_chars(size.data(), size.data() + size.size(), entry.bytes);
    page.entries.push_back(std::move(entry));
  }
  for (const pugi::xml_node node : root.children("CommonPrefixes")) {
    page.common_prefixes.push_back(text(node.child_value("Prefix")));
  }
  if (std::string_view(root.child_value("IsTruncated")) == "true") {
    page.next_token = root.child_value("NextContinuationToken");
    if (page.next_token.empty()) return NoAnswer("a list goes on, but not where");
  }
  return page;
}

arrow::Result<std::string> ParseS3Value(std::string_view xml, const char* name) {
  pugi::xml_document document;
  ARROW_RETURN_NOT_OK(Load(xml, &document));
  std::string value = document.document_element().child_value(name);
  if (value.empty()) return NoAnswer(std::string("it has no ") + name);
  return value;
}

std::string S3CompletionOf(const std::vector<S3Part>& parts) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("CompleteMultipartUpload");
  root.append_attribute("xmlns") = "http://s3.amazonaws.com/doc/2006-03-01/";
  const auto add = [](pugi::xml_node* part, const char* name, const std::string& value) {
    part->append_child(name).append_child(pugi::node_pcdata).set_value(value.c_str());
  };
  for (const S3Part& part : parts) {
    pugi::xml_node node = root.append_child("Part");
    if (!part.crc32c.empty()) add(&node, "ChecksumCRC32C", part.crc32c);
    add(&node, "ETag", part.etag);
    add(&node, "PartNumber", std::to_string(part.number));
  }
  std::ostringstream text;
  document.save(text, "", pugi::format_raw | pugi::format_no_declaration);
  return text.str();
}

arrow::Result<S3UploadPage> ParseS3UploadPage(std::string_view xml) {
  pugi::xml_document document;
  ARROW_RETURN_NOT_OK(Load(xml, &document));
  const pugi::xml_node root = document.child("ListMultipartUploadsResult");
  if (!root) return NoAnswer("it is no list of uploads");
  const TextReader text(root);
  S3UploadPage page;
  for (const pugi::xml_node node : root.children("Upload")) {
    page.uploads.push_back({.key = text(node.child_value("Key")),
                            .id = node.child_value("UploadId"),
                            .initiated = node.child_value("Initiated")});
  }
  if (std::string_view(root.child_value("IsTruncated")) == "true") {
    page.next_key = text(root.child_value("NextKeyMarker"));
    page.next_id = root.child_value("NextUploadIdMarker");
    if (page.next_key.empty()) return NoAnswer("a list goes on, but not where");
  }
  return page;
}

arrow::Result<bool> AbortsUploads(std::string_view xml, std::string_view prefix) {
  pugi::xml_document document;
  ARROW_RETURN_NOT_OK(Load(xml, &document));
  const pugi::xml_node root = document.child("LifecycleConfiguration");
  if (!root) return NoAnswer("it is no lifecycle of a bucket");
  for (const pugi::xml_node rule : root.children("Rule")) {
    if (std::string_view(rule.child_value("Status")) != "Enabled" ||
        !rule.child("AbortIncompleteMultipartUpload")) {
      continue;
    }
    // The prefix stands in the filter, or in rules of old beside it; none is every key.
    const pugi::xml_node filter = rule.child("Filter");
    const std::string_view of_filter = filter.child_value("Prefix");
    const std::string_view of_rule = rule.child_value("Prefix");
    if (prefix.starts_with(of_filter) && prefix.starts_with(of_rule) &&
        !filter.child("And") && !filter.child("Tag")) {
      return true;
    }
  }
  return false;
}

}  // namespace carmilla
